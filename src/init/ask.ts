import type { Pairing } from './pairing.ts';
import { generatedPair, resolveRest } from './pairing.ts';
import type { FoundBuilder, InitOptions, Pair } from './types.ts';

/** A person who answers. Each method asks until the answer can be understood. */
export interface Person {
  /** @returns the index of one of the choices. */
  choose(question: string, choices: readonly string[]): Promise<number>;
  /** @returns the indexes of the chosen ones, perhaps none, in order. */
  chooseSome(question: string, choices: readonly string[]): Promise<readonly number[]>;
  /** @param check says what is wrong with an answer. */
  line(question: string, check: (answer: string) => string | undefined): Promise<string>;
  confirm(question: string): Promise<boolean>;
}

const nothing = 'None (image not built from these sources)';

/**
 * Pairs what is left over by asking what builds each image, and, where manifests are written, which of the remaining
 * builders shall have some (Skaffold's questions). What is certain is not asked.
 *
 * @returns a pairing with nothing left over.
 */
export async function askForPairs(
  pairing: Pairing,
  options: Pick<InitOptions, 'generateManifests'>,
  person: Person,
): Promise<Pairing> {
  const { builders, images } = pairing;
  if (builders.length <= 1 && images.length <= 1) return { pairs: resolveRest(pairing), builders: [], images: [] };
  const chosen = await askForBuilders(pairing, person);
  const left = builders.filter((builder) => !chosen.some((pair) => pair.builder === builder));
  const generated = options.generateManifests ? await askForManifests(left, person) : [];
  return { pairs: [...pairing.pairs, ...chosen, ...generated], builders: [], images: [] };
}

/** Each builder builds one image. */
async function askForBuilders({ builders, images }: Pairing, person: Person): Promise<readonly Pair[]> {
  const pairs: Pair[] = [];
  let left = builders;
  for (const image of images) {
    if (left.length === 0) break;
    const index = await person.choose(`Choose the builder to build image ${image}`, [...left.map(describe), nothing]);
    const builder = left[index];
    if (builder === undefined) continue;
    pairs.push({ builder, image });
    left = left.filter((other) => other !== builder);
  }
  return pairs;
}

async function askForManifests(builders: readonly FoundBuilder[], person: Person): Promise<readonly Pair[]> {
  if (builders.length === 0) return [];
  const question = 'Which builders would you like to create kubernetes resources for?';
  const chosen = new Set(await person.chooseSome(question, builders.map(describe)));
  const pairs: Pair[] = [];
  for (const builder of builders.filter((_, index) => chosen.has(index))) {
    const pair = generatedPair(builder);
    const answer = await person.line(`Select port to forward for ${pair.image} (leave blank for none):`, portProblem);
    pairs.push({ ...pair, manifest: { path: pair.manifest.path, port: Number(answer) } });
  }
  return pairs;
}

function portProblem(answer: string): string | undefined {
  if (/^\d*$/.test(answer) && Number(answer) <= 65_535) return undefined;
  return 'response must be a number, or empty';
}

/** As Skaffold names builders in its lists. */
function describe({ name, path, project }: FoundBuilder): string {
  return project === undefined ? `${name} (${path})` : `${name} (${project}, ${path})`;
}
