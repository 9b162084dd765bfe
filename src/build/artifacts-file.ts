import type { BuiltArtifact } from '../core/artifact.ts';
import { ToolError } from '../core/errors.ts';
import type { ImageName } from '../core/names.ts';
import { parseReference } from '../image/reference.ts';

/**
 * The build-artifacts JSON exactly as Skaffold's default `{{json .}}` template writes it: compact, no final newline,
 * keys in the order imageName, tag, runtimeType; `{"builds":null}` where nothing was built.
 */
export function formatArtifacts(builds: readonly BuiltArtifact[]): string {
  if (builds.length === 0) return '{"builds":null}';
  const entries = builds.map(({ imageName, tag, runtimeType }) => ({
    imageName,
    tag,
    ...(runtimeType === undefined ? {} : { runtimeType }),
  }));
  return JSON.stringify({ builds: entries });
}

/**
 * Reads a build-artifacts JSON. Unknown keys are ignored, as in Skaffold.
 *
 * @throws `USAGE` where the text is not JSON or not of the file's shape, saying which entry is wrong.
 */
export function parseArtifacts(text: string): readonly BuiltArtifact[] {
  const root: unknown = parseJson(text);
  if (!isObject(root)) throw shapeError('the file holds no object');
  const builds = fieldOf(root, 'builds');
  if (builds === undefined || builds === null) return [];
  if (!Array.isArray(builds)) throw shapeError('"builds" is not a list');
  return builds.map((entry: unknown, index) => parseEntry(entry, index));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const problem = text.trim() === '' ? 'unexpected end of JSON input' : `not JSON: ${(cause as Error).message}`;
    throw new ToolError('USAGE', problem, { cause });
  }
}

function parseEntry(entry: unknown, index: number): BuiltArtifact {
  if (!isObject(entry)) throw shapeError(`builds[${index}] is not an object`);
  const text = (key: string): string => {
    const value = fieldOf(entry, key) ?? '';
    if (typeof value !== 'string') throw shapeError(`builds[${index}].${key} is not a string`);
    return value;
  };
  const runtimeType = text('runtimeType');
  return {
    imageName: text('imageName') as ImageName,
    tag: text('tag'),
    ...(runtimeType === '' ? {} : { runtimeType }),
  };
}

/** Go's JSON decoder takes a key in any case where the exact one is missing. */
function fieldOf(object: Readonly<Record<string, unknown>>, key: string): unknown {
  if (Object.hasOwn(object, key)) return object[key];
  const other = Object.keys(object).find((name) => name.toLowerCase() === key.toLowerCase());
  return other === undefined ? undefined : object[other];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function shapeError(problem: string): ToolError {
  return new ToolError('USAGE', `not a build-artifacts file: ${problem}`, {
    suggestions: [{ code: 'CHECK_BUILD_ARTIFACTS', action: 'Write the file with `build --file-output`' }],
  });
}

/**
 * One element of `--images`: `NAME=REFERENCE`, or a reference whose name without tag and digest is the image name.
 *
 * @throws `USAGE` for an empty element, `REFERENCE_INVALID` for one that is no reference.
 */
export function parseImageArgument(element: string): BuiltArtifact {
  if (element === '') throw new ToolError('USAGE', 'cannot add an empty image value');
  const equals = element.indexOf('=');
  if (equals > 0) {
    const tag = element.slice(equals + 1);
    parseReference(tag);
    return { imageName: element.slice(0, equals) as ImageName, tag };
  }
  return { imageName: parseReference(element).name as ImageName, tag: element };
}

/** Later lists win over earlier ones; an entry that is new comes after those already there (Skaffold's merge). */
export function mergeArtifacts(...lists: readonly (readonly BuiltArtifact[])[]): readonly BuiltArtifact[] {
  const merged = new Map<ImageName, BuiltArtifact>();
  for (const build of lists.flat()) merged.set(build.imageName, build);
  return [...merged.values()];
}
