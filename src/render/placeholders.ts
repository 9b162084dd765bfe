import type { BuiltArtifact } from '../core/artifact.ts';
import type { Manifest } from '../core/manifest.ts';
import type { Context } from '../core/ports.ts';
import { createPlaceholderFinder, type PlaceholderFinder } from '../manifest/placeholders.ts';
import type { ResourceSelector } from '../manifest/selector.ts';
import { findStrays, mayHoldStrays, type Stray } from '../manifest/strays.ts';
import { lineIndex } from '../yaml/lines.ts';

/** More of them make nothing clearer. */
const mostReported = 20;

/**
 * Looks for images of artifacts where Skaffold replaces none. With `pin` they are replaced; without, each is warned about,
 * with what to write to have it replaced.
 */
export function pinPlaceholders(
  manifests: readonly Manifest[],
  { builds, selector, pin }: PlaceholderPass,
  ctx: Context,
): readonly Manifest[] {
  const finder = createPlaceholderFinder(builds);
  if (pin) return manifests.map((manifest) => search(manifest, selector, finder).pinned);
  const found = manifests.flatMap((manifest) => {
    const { strays } = search(manifest, selector, finder);
    return strays.length === 0 ? [] : describe(manifest, strays);
  });
  for (const message of found.slice(0, mostReported)) ctx.emit({ type: 'log', level: 'warning', message });
  const more = found.length - mostReported;
  if (more > 0) ctx.emit({ type: 'log', level: 'warning', message: `${more} more images are not replaced` });
  return manifests;
}

/** What the search for placeholders works with. */
export interface PlaceholderPass {
  readonly builds: readonly BuiltArtifact[];
  readonly selector: ResourceSelector;
  /** `--pin=all`. */
  readonly pin: boolean;
}

function search(
  manifest: Manifest,
  selector: ResourceSelector,
  finder: PlaceholderFinder,
): ReturnType<typeof findStrays> {
  if (!mayHoldStrays(manifest, selector, finder)) return { strays: [], pinned: manifest };
  return findStrays(manifest, selector, finder);
}

function describe({ origin }: Manifest, strays: readonly Stray[]): readonly string[] {
  const lines = lineIndex(origin.text);
  return strays.map((stray) => {
    const { line, column } = lines.range(origin.source, stray.start, stray.end);
    const kind = kindText(stray);
    return `${origin.source}:${line}:${column}: the image ${stray.value} is not replaced: it stands in ${stray.path} of ${kind}, where Skaffold looks for none. ${advice(stray, kind)}`;
  });
}

function kindText({ groupKind: { group, kind } }: Stray): string {
  return group === '' ? kind : `${kind}.${group}`;
}

/** A rule takes the place of what is known of its kind, so that has to be said again. */
function advice({ selectable, hasRules, path }: Stray, kind: string): string {
  if (!selectable) return 'Render with --pin=all to have it replaced';
  const images = hasRules ? `".*", "${path}"` : `"${path}"`;
  const labels = hasRules ? ', labels: [".*"]' : '';
  return `To have it replaced, render with --pin=all, or add to skaffold.yaml: resourceSelector: {allow: [{groupKind: "${kind}", image: [${images}]${labels}}]}`;
}
