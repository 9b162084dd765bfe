import type { BuiltArtifact } from '../core/artifact.ts';
import { ToolError } from '../core/errors.ts';
import type { Manifest, Transform } from '../core/manifest.ts';
import type { YamlNode } from '../core/yaml-node.ts';
import { splitReference } from '../image/reference.ts';
import { parseSkaffoldReference, type SkaffoldReference } from '../image/skaffold-reference.ts';
import { scalarText } from '../yaml/scalar-text.ts';
import { stringNode } from '../yaml/value-node.ts';
import { stringOf } from './fields.ts';
import { printedForm, printedKind, printedManifest } from './lazy.ts';
import { type FieldVisitor, pathText, rewriteFields } from './rewrite.ts';
import type { FieldRules, ResourceSelector } from './selector.ts';

/**
 * Puts the built references in the place of the image names that manifests mention, as Skaffold does: a reference is
 * replaced as a whole when its name without tag is an artifact's; one with a digest is left alone.
 */
export function replaceImages(builds: readonly BuiltArtifact[], selector: ResourceSelector): Transform {
  const replacement = cached(replacementIn(tagsByName(builds)));
  const inTree = (manifest: Manifest): Manifest => replaceIn(manifest, selector.rulesFor(manifest), replacement);
  return (manifests) => manifests.map((manifest) => replaceInPrinted(manifest, selector, replacement, inTree));
}

/** Exchanges images in the printed form of a manifest that has one; the others, and unusual kinds, take the way `inTree`. */
function replaceInPrinted(
  manifest: Manifest,
  selector: ResourceSelector,
  replacement: Replacement,
  inTree: (manifest: Manifest) => Manifest,
): Manifest {
  const printed = printedForm(manifest);
  if (printed === undefined) return inTree(manifest);
  const { pieces, textOf } = printed;
  const isImage = (index: number): boolean => index % 2 === 1;
  const tags = pieces.map((piece, index) => (isImage(index) ? replacement(textOf(piece)) : undefined));
  const mentioned = tags.some((tag) => tag !== undefined);
  const kind = printedKind(printed);
  if (kind === undefined) return inTree(manifest);
  const rules = selector.rulesForKind(kind);
  // Printed forms mark the values of `image` fields only, and rules may name others.
  if (rules === undefined || !(mentioned || rules.otherFields)) return manifest;
  if (!rules.everyImage) return inTree(manifest);
  const replaced = pieces.map((piece, index) => asPrinted(tags[index]) ?? piece);
  return printedManifest(manifest.origin, () => inTree(manifest).root, {
    pieces: [replaced.join('')],
    textOf,
  });
}

function asPrinted(value: string | undefined): string | undefined {
  return value === undefined ? undefined : scalarText({ kind: 'string', value }, 0);
}

type Replacement = (image: string) => string | undefined;

function replaceIn(manifest: Manifest, rules: FieldRules | undefined, replacement: Replacement): Manifest {
  if (rules === undefined) return manifest;
  const { image } = rules;
  return rewriteFields(manifest, {
    wants: image.wants,
    visit: (path, value) =>
      image.matches(path.name, () => pathText(path)) ? replaceValue(value, replacement) : 'enter',
  });
}

function replaceValue(value: YamlNode, replacement: Replacement): ReturnType<FieldVisitor['visit']> {
  const image = stringOf(value);
  if (image === undefined) return 'enter';
  const tag = replacement(image);
  return tag === undefined ? 'keep' : { ...stringNode(tag), start: value.start, end: value.end };
}

/** References by the name that manifests mention them with. Of two artifacts with the same name the later one counts. */
export function tagsByName(builds: readonly BuiltArtifact[]): ReadonlyMap<string, string> {
  return new Map(builds.map(({ imageName, tag }) => [sanitise(imageName), tag]));
}

/** An artifact's name as references are compared with it: drops `ko://` and lower-cases the name; a tag stays, and then nothing can match. */
export function sanitise(imageName: string): string {
  const plain = imageName.startsWith('ko://') ? imageName.slice('ko://'.length) : imageName;
  const { name } = splitReference(plain);
  return name.toLowerCase() + plain.slice(name.length);
}

function replacementIn(tags: ReadonlyMap<string, string>): Replacement {
  return (image) => {
    const parsed = parsedReference(image);
    if (parsed === undefined) return tags.get(helmPlaceholder(image) ?? '');
    if (parsed.digest !== '') return undefined;
    return tags.get(
      parsed.repo !== '' && parsed.domain === parsed.repo && tags.has(parsed.repo) ? parsed.repo : parsed.baseName,
    );
  };
}

/** The parts of an image reference; undefined for what is none. */
export function parsedReference(image: string): SkaffoldReference | undefined {
  try {
    return parseSkaffoldReference(image);
  } catch (error) {
    if (error instanceof ToolError && error.code === 'REFERENCE_INVALID') return undefined;
    throw error;
  }
}

/** `NAME:NAME`, which Helm charts make of an artifact whose name was given for repository and tag alike. */
function helmPlaceholder(image: string): string | undefined {
  const [, name, ...rest] = image.split(':');
  return name !== undefined && rest.length === 0 && image.startsWith(name) ? name : undefined;
}

/** The same few images are asked for again and again. */
function cached(replacement: Replacement): Replacement {
  const known = new Map<string, string | undefined>();
  return (image) => {
    if (!known.has(image)) known.set(image, replacement(image));
    return known.get(image);
  };
}
