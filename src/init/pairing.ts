import { dirname, join } from 'node:path';
import { ToolError } from '../core/errors.ts';
import type { Context } from '../core/ports.ts';
import { parseSkaffoldReference } from '../image/skaffold-reference.ts';
import { ambiguous } from './failures.ts';
import type { BuilderName, FoundBuilder, Pair } from './types.ts';

/** Images with what builds them, and what is left over on both sides. */
export interface Pairing {
  readonly pairs: readonly Pair[];
  readonly builders: readonly FoundBuilder[];
  /** Sorted by name. */
  readonly images: readonly string[];
}

/** Pairs the images with builders that name them themselves, where exactly one does. */
export function matchImages(found: readonly FoundBuilder[], images: readonly string[], ctx: Context): Pairing {
  const pairs: Pair[] = [];
  let builders = found;
  const unmatched = new Set<string>();
  for (const image of namesOf(images, ctx)) {
    const matching = builders.filter((builder) => builder.image === image);
    const [builder] = matching;
    if (builder === undefined || matching.length > 1) unmatched.add(image);
    else {
      pairs.push({ builder, image });
      builders = builders.filter((other) => other !== builder);
    }
  }
  return { pairs, builders, images: [...unmatched].sort() };
}

/** The names without tags. Images with a digest, and texts that are no image names, are left out with a warning. */
function namesOf(images: readonly string[], ctx: Context): readonly string[] {
  const names = [...new Set(images)].flatMap((image) => {
    const name = nameOf(image);
    if (name !== undefined) return [name];
    ctx.emit({
      type: 'log',
      level: 'warning',
      message: `Ignoring image "${image}": it has a digest, or is no image name`,
    });
    return [];
  });
  return [...new Set(names)];
}

function nameOf(image: string): string | undefined {
  try {
    const { baseName, digest } = parseSkaffoldReference(image);
    return digest === '' ? baseName : undefined;
  } catch (error) {
    if (error instanceof ToolError && error.code === 'REFERENCE_INVALID') return undefined;
    throw error;
  }
}

/** Which builder is taken first where several could build the only image (Skaffold's order). */
const rank: Readonly<Record<BuilderName, number>> = {
  Docker: 1,
  'Jib Maven Plugin': 2,
  'Jib Gradle Plugin': 2,
  Ko: 3,
  Buildpacks: 4,
  None: 5,
};

/**
 * Pairs what is left over: the only image with the best builder; the only builder with an image named after it, when
 * there is no image.
 *
 * @returns all pairs, among them those whose image still needs a manifest.
 * @throws `INIT_AMBIGUOUS` where a person would have to choose.
 */
export function resolveRest({ pairs, builders, images }: Pairing): readonly Pair[] {
  const [first, ...others] = builders.toSorted((left, right) => rank[left.name] - rank[right.name]);
  if (first === undefined) return pairs;
  const [image] = images;
  if (image !== undefined && images.length === 1) return [...pairs, { builder: first, image }];
  if (images.length > 0 || others.length > 0) throw ambiguous(images);
  return [...pairs, generatedPair(first)];
}

/** The port Skaffold gives generated services. */
const generatedPort = 8080;

/** A builder with an image named after it, whose manifest has to be written. */
export function generatedPair(builder: FoundBuilder): Pair & Required<Pick<Pair, 'manifest'>> {
  const directory = dirname(builder.path);
  const name = directory === '.' ? `${builder.path}-image` : directory;
  return {
    builder,
    image: name
      .replace(/[^A-Za-z0-9\-_]/g, '-')
      .toLowerCase()
      .slice(0, 128),
    manifest: { path: join(directory, 'deployment.yaml'), port: generatedPort },
  };
}
