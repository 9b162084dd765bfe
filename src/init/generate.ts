import type { Context } from '../core/ports.ts';
import { printValue } from '../yaml/print.ts';
import type { Pair } from './types.ts';

/** A manifest file to be written. */
export interface GeneratedManifest {
  /** Relative to the working directory. */
  readonly path: string;
  readonly text: string;
}

/** A service and a deployment for each image that asks for a manifest; those for the same file follow each other in it. */
export function generateManifests(pairs: readonly Pair[], ctx: Context): readonly GeneratedManifest[] {
  const texts = new Map<string, string[]>();
  for (const { image, manifest } of pairs) {
    if (manifest === undefined) continue;
    if (!/^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/.test(image)) warn(image, manifest.path, ctx);
    const objects = [service(image, manifest.port), deployment(image)];
    texts.set(manifest.path, [
      ...(texts.get(manifest.path) ?? []),
      ...objects.map((object) => printValue(object, { sortKeys: false })),
    ]);
  }
  return [...texts].map(([path, documents]) => ({ path, text: documents.join('---\n') }));
}

/** Skaffold takes the whole image as the name too, and says nothing. */
function warn(image: string, path: string, ctx: Context): void {
  const message = `${path}: Kubernetes does not take "${image}" as the name of a service; change the names before deploying`;
  ctx.emit({ type: 'log', level: 'warning', message });
}

function service(app: string, port: number): object {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: app, labels: { app } },
    spec: { ...(port === 0 ? {} : { ports: [{ port, protocol: 'TCP' }] }), clusterIP: 'None', selector: { app } },
  };
}

function deployment(app: string): object {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: app, labels: { app } },
    spec: {
      replicas: 1,
      selector: { matchLabels: { app } },
      template: { metadata: { labels: { app } }, spec: { containers: [{ name: app, image: app }] } },
    },
  };
}
