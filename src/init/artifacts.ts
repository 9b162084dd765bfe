import { dirname, join } from 'node:path';
import { ToolError } from '../core/errors.ts';
import { type BuilderName, builderNames, type FoundBuilder, type Pair } from './types.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * The artifacts given with `--artifact`, each `DOCKERFILE=IMAGE` or JSON as `--analyze` prints it, with `image` and
 * perhaps `context` and `manifest` added.
 *
 * @throws `USAGE` (exit code 1, as in Skaffold) quoting what cannot be understood.
 */
export function readArtifacts(texts: readonly string[]): readonly Pair[] {
  return texts.map((text) => readJson(text) ?? readShort(text));
}

function readShort(text: string): Pair {
  const [path, image, ...more] = text.split('=');
  if (path === undefined || image === undefined || more.length > 0) throw malformed(text);
  return { builder: { name: 'Docker', path }, image };
}

function readJson(text: string): Pair | undefined {
  const fields = parseObject(text);
  if (fields === undefined) return undefined;
  const { builder: name, payload, image, context, manifest } = fields;
  if (!isBuilderName(name)) {
    throw malformed(text, `unknown builder type in CLI artifacts: ${JSON.stringify(name ?? '')}`);
  }
  const builder = readBuilder(name, asObject(payload, text), text);
  return {
    builder,
    image: textOf(image, text),
    ...(textOf(context, text) === '' ? {} : { context: textOf(context, text) }),
    ...readManifest(asObject(manifest, text), builder, text),
  };
}

function parseObject(text: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
  } catch {
    return undefined;
  }
}

function isBuilderName(name: unknown): name is BuilderName {
  return (builderNames as readonly unknown[]).includes(name);
}

function readBuilder(name: BuilderName, payload: Fields, text: string): FoundBuilder {
  const path = textOf(payload['path'], text);
  if (name === 'Docker') return { name, path: path === '' ? 'Dockerfile' : path };
  const optional = ['builder', 'project'].map((field) => [field, textOf(payload[field], text)] as const);
  return { name, path, ...Object.fromEntries(optional.filter(([, value]) => value !== '')) };
}

function readManifest({ generate, port }: Fields, builder: FoundBuilder, text: string): Pick<Pair, 'manifest'> {
  const isPort = port === undefined || (Number.isInteger(port) && Number(port) >= 0 && Number(port) <= 65535);
  if (!isPort || (generate !== undefined && typeof generate !== 'boolean')) throw malformed(text);
  if (generate !== true) return {};
  return { manifest: { path: join(dirname(builder.path), 'deployment.yaml'), port: Number(port ?? 0) } };
}

function asObject(value: unknown, text: string): Fields {
  if (value === undefined || value === null) return {};
  if (typeof value !== 'object' || Array.isArray(value)) throw malformed(text);
  return value as Fields;
}

function textOf(value: unknown, text: string): string {
  if (value === undefined || value === null) return '';
  if (typeof value !== 'string') throw malformed(text);
  return value;
}

function malformed(text: string, what = `malformed artifact provided: ${text}`): ToolError {
  return new ToolError('USAGE', `--artifact: ${what}`, {
    exitCode: 1,
    suggestions: [
      {
        code: 'CHECK_ARTIFACT',
        action: `Give DOCKERFILE=IMAGE, or JSON with "builder" (${builderNames.join(', ')}), "payload" and "image"`,
      },
    ],
  });
}
