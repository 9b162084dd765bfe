import type { Manifest, ManifestOrigin } from '../core/manifest.ts';
import type { YamlNode } from '../core/yaml-node.ts';
import { printNode } from '../yaml/print.ts';
import type { Reprinted } from '../yaml/reprint.ts';
import { type GroupKind, groupOf } from './fields.ts';

/** Printed forms of manifests that have one. A changed manifest is another object, and has none until it is given one. */
const printedForms = new WeakMap<Manifest, Reprinted>();

/** The nodes asked for last: a step over a manifest asks several times. */
let latest: { readonly manifest: Manifest; readonly root: YamlNode } | undefined;

/**
 * A manifest whose printed form is known. Its nodes are made when somebody asks for them, and not kept: most manifests
 * are printed without, and trees that nobody keeps cost the garbage collector nothing.
 */
export function printedManifest(origin: ManifestOrigin, root: () => YamlNode, printed: Reprinted): Manifest {
  const manifest: Manifest = {
    origin,
    get root() {
      if (latest?.manifest !== manifest) latest = { manifest, root: root() };
      return latest.root;
    },
  };
  printedForms.set(manifest, printed);
  return manifest;
}

/** How a manifest is printed, where that is known already. */
export function printedForm(manifest: Manifest): Reprinted | undefined {
  return printedForms.get(manifest);
}

/** A manifest as YAML with a final line break, as Skaffold serialises it. */
export function printManifest(manifest: Manifest): string {
  const printed = printedForms.get(manifest);
  return printed === undefined ? printNode(manifest.root) : printed.pieces.join('');
}

/** Group and kind of a printed object, where they are written without anything special. */
export function printedKind({ pieces }: Reprinted): GroupKind | undefined {
  const text = pieces.join('');
  const kind = /^kind: ([A-Za-z]+)$/m.exec(text)?.[1];
  const apiVersion = /^apiVersion: ([a-z][\w./-]*)$/m.exec(text)?.[1];
  return kind === undefined || apiVersion === undefined ? undefined : { group: groupOf(apiVersion), kind };
}
