import type { Diagnostic } from '../../core/diagnostic.ts';
import type { Artifact } from '../generated/types.ts';
import { artifactLabel, findingIn, type LoadedConfig } from '../loaded-config.ts';
import { nearest } from '../suggest.ts';

/** An artifact and where it stands. */
interface Placed {
  readonly artifact: Artifact;
  readonly loaded: LoadedConfig;
  readonly index: number;
}

/** `requires` of artifacts: aliases that repeat or cannot be names, images nobody builds, and cycles. */
export function buildDependencies(configs: readonly LoadedConfig[]): readonly Diagnostic[] {
  const all = configs.flatMap((loaded) =>
    (loaded.config.build?.artifacts ?? []).map((artifact, index): Placed => ({ artifact, loaded, index })),
  );
  const byImage = new Map(all.map((placed) => [placed.artifact.image ?? '', placed]));
  const found = all.flatMap((placed) => [
    ...repeatedAliases(placed),
    ...badAliases(placed),
    ...unknownImages(placed, byImage),
  ]);
  return [...found, ...cycle(all, byImage)];
}

function repeatedAliases({ artifact, loaded, index }: Placed): readonly Diagnostic[] {
  const aliases = (artifact.requires ?? []).map(({ alias = '' }) => alias);
  return aliases.flatMap((alias, number) => {
    const repeatsFirst =
      aliases.indexOf(alias) < number && aliases.slice(0, number).filter((it) => it === alias).length === 1;
    if (!repeatsFirst) return [];
    const message = `invalid build dependency for ${artifactLabel(loaded, index)}: alias "${alias}" repeated`;
    return [
      findingIn(loaded, [...requiresAt(index, number), 'alias'], message, { suggestion: 'Give each its own alias' }),
    ];
  });
}

const namePattern = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** Aliases become build arguments of Dockerfiles and variables of commands, which have to be names. */
function badAliases({ artifact, loaded, index }: Placed): readonly Diagnostic[] {
  if (artifact.docker === undefined && artifact.custom === undefined) return [];
  return (artifact.requires ?? []).flatMap(({ alias = '', image = '' }, number) => {
    if (namePattern.test(alias)) return [];
    const message = `invalid build dependency for ${artifactLabel(loaded, index)}: alias "${alias}" doesn't match required pattern "${namePattern.source}"`;
    const suggestion = alias === image ? 'Add an alias such as BASE to the entry' : 'Use letters, digits and _ only';
    return [findingIn(loaded, [...requiresAt(index, number), 'alias'], message, { suggestion })];
  });
}

function unknownImages(
  { artifact, loaded, index }: Placed,
  byImage: ReadonlyMap<string, Placed>,
): readonly Diagnostic[] {
  return (artifact.requires ?? []).flatMap(({ image = '' }, number) => {
    if (image === '' || byImage.has(image)) return [];
    const message = `unknown build dependency "${image}" for ${artifactLabel(loaded, index)}`;
    const meant = nearest(
      image,
      [...byImage.keys()].filter((name) => name !== artifact.image),
    );
    const suggestion =
      meant === undefined ? 'Name the image of another artifact of this project' : `Did you mean "${meant}"?`;
    return [findingIn(loaded, [...requiresAt(index, number), 'image'], message, { suggestion })];
  });
}

function requiresAt(artifact: number, entry: number): readonly (string | number)[] {
  return ['build', 'artifacts', artifact, 'requires', entry];
}

/** The first cycle, with its trail. */
function cycle(all: readonly Placed[], byImage: ReadonlyMap<string, Placed>): readonly Diagnostic[] {
  const done = new Set<string>();
  for (const start of all) {
    const trail = findCycle(start.artifact.image ?? '', byImage, done, []);
    const [first] = trail;
    const placed = first === undefined ? undefined : byImage.get(first);
    if (placed === undefined) continue;
    const message = `cycle detected in build dependencies involving "${first}": ${trail.join(' -> ')}`;
    return [
      findingIn(placed.loaded, ['build', 'artifacts', placed.index, 'image'], message, {
        suggestion: 'Remove one of these requires entries',
      }),
    ];
  }
  return [];
}

/** The images of a cycle that `image` leads into, its first one repeated at the end; empty without one. */
function findCycle(
  image: string,
  byImage: ReadonlyMap<string, Placed>,
  done: Set<string>,
  trail: readonly string[],
): readonly string[] {
  const seenAt = trail.indexOf(image);
  if (seenAt >= 0) return [...trail.slice(seenAt), image];
  if (done.has(image)) return [];
  for (const { image: next = '' } of byImage.get(image)?.artifact.requires ?? []) {
    const found = findCycle(next, byImage, done, [...trail, image]);
    if (found.length > 0) return found;
  }
  done.add(image);
  return [];
}
