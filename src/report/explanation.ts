import type { Change, ChangeKind, Explanation } from '../core/explanation.ts';

const kinds: Readonly<Record<ChangeKind, string>> = {
  'file-added': 'file added',
  'file-removed': 'file removed',
  'file-changed': 'file changed',
  'file-moved': 'file moved',
  'directory-added': 'directory added',
  'directory-removed': 'directory removed',
  'mode-changed': 'mode changed',
  'link-changed': 'link changed',
  'type-changed': 'type changed',
  'dockerfile-changed': 'Dockerfile changed',
  'ignore-file-changed': 'ignore file changed',
  'argument-added': 'build argument added',
  'argument-removed': 'build argument removed',
  'argument-changed': 'build argument changed',
  'base-changed': 'base image changed',
  'parameter-changed': 'setting changed',
  'platforms-changed': 'platforms changed',
  'builder-changed': 'builder changed',
  'engine-changed': 'engine changed',
  'dependency-changed': 'required image changed',
  'dependency-rebuilt': 'required image is built first',
};

const places = {
  registry: 'found in the registry',
  engine: 'found in the storage of the engine',
  shared: 'found in the registry, built on another machine or by another user',
} as const;

/** An explanation as indented lines, one for each change. */
export function explanationLines({ status, where, changes }: Explanation): readonly string[] {
  switch (status) {
    case 'found':
      return [`   ${places[where ?? 'registry']}`];
    case 'first-build':
      return ['   no earlier build is known here'];
    case 'lost':
      return ['   nothing changed, but neither the registry nor the engine has the image any more'];
    case 'changed':
      return changes.length === 0 ? ['   built by an earlier version of this program'] : changes.map(describe);
    default:
      return status satisfies never;
  }
}

function describe({ kind, name, before, after }: Change): string {
  const isNamed = before !== name && after !== name;
  const what = isNamed || kind === 'file-moved' ? `${before ?? 'nothing'} -> ${after ?? 'nothing'}` : '';
  const values = before === undefined && after === undefined ? '' : what;
  if (kind === 'file-moved') return `   ${kinds[kind]}: ${quoted(values)}`;
  return `   ${kinds[kind]}: ${quoted(name)}${values === '' ? '' : ` (${quoted(values)})`}`;
}

/** Names come from the disk: control characters in them must not reach a terminal. */
function quoted(text: string): string {
  const isControl = (character: string): boolean => {
    const code = character.charCodeAt(0);
    return code < 0x20 || (code >= 0x7f && code < 0xa0);
  };
  return [...text]
    .map((character) => (isControl(character) ? JSON.stringify(character).slice(1, -1) : character))
    .join('');
}
