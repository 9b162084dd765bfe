import { formatVersion, type Version } from '../semver.ts';
import { GoFailure, type GoMap, type GoObject, type GoValue, isComposite, listOf, mapOf } from '../template/values.ts';
import { isEmpty } from './convert.ts';
import { type FunctionTable, onAny } from './define.ts';
import { versionPointer } from './versions.ts';

const anyMap = 'map[string]interface {}';

/** sprig's functions that put maps together (by github.com/imdario/mergo v0.3.16) and copy values. */
export const mergeFunctions: FunctionTable = {
  merge: { parameters: [anyMap], rest: anyMap, call: (target, ...sources) => mergeAll(target, sources, false) },
  mergeOverwrite: { parameters: [anyMap], rest: anyMap, call: (target, ...sources) => mergeAll(target, sources, true) },
  deepCopy: onAny(1, (value) => {
    if (value === null || value === undefined) {
      throw new GoFailure('reflect: call of reflect.Value.Type on zero Value');
    }
    return copyOf(value);
  }),
};

/** The first map is changed; a nil one is made when there is something to put into it. */
function mergeAll(target: GoValue, sources: readonly GoValue[], overwrite: boolean): GoValue {
  let merged = target as GoMap;
  for (const source of sources as readonly GoMap[]) {
    if (source.isNil) continue;
    if (merged.isNil) merged = mapOf([]);
    mergeInto(merged, source, overwrite);
  }
  return merged;
}

/** Maps under a key of both are merged; other values only replace empty ones, unless they are to overwrite. */
function mergeInto(target: GoMap, source: GoMap, overwrite: boolean): void {
  if (target === source) return;
  for (const [key, value] of [...source.entries]) {
    const present = target.entries.get(key);
    if (value === null || value === undefined) {
      if (overwrite) target.entries.set(key, value);
    } else if (isMap(value) && isMap(present) && present.entries.size > 0) {
      mergeInto(present, value, overwrite);
    } else if (isMap(value) && isMap(present) && value.entries !== present.entries) {
      fillEmpty(target, key, present, value);
    } else if (overwrite || isEmpty(present)) {
      target.entries.set(key, value);
    }
  }
}

/** A map that is empty gets the entries, and then gives way to the source's own map, as in mergo. */
function fillEmpty(target: GoMap, key: string, present: GoMap, value: GoMap): void {
  for (const [name, entry] of value.entries) present.entries.set(name, entry);
  target.entries.set(key, present);
}

const isMap = (value: GoValue): value is GoMap => isComposite(value) && value.kind === 'map';

/** A copy down to the last map and list. Of a version only its type survives: its fields are not exported. */
function copyOf(value: GoValue): GoValue {
  if (!isComposite(value)) return value;
  if (value.kind === 'list') return value.isNil ? value : listOf(value.items.map(copyOf), value.element);
  if (value.kind === 'map') {
    return value.isNil
      ? value
      : mapOf(
          [...value.entries].map(([key, item]) => [key, copyOf(item)]),
          value.element,
        );
  }
  return value.kind === 'object' && value.type.endsWith('semver.Version') ? emptyVersion(value) : value;
}

const zero: Version = { major: 0n, minor: 0n, patch: 0n, prerelease: '', metadata: '', original: '' };

function emptyVersion({ reflected }: GoObject): GoValue {
  return reflected === 'ptr' ? versionPointer(zero) : { ...versionPointer(zero), text: formatVersion(zero) };
}
