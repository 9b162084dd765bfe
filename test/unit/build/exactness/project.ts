/** A project on disk that random edits are made to, with a record of what is where. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ChangeKind } from '../../../../src/core/explanation.ts';

/** What an edit ought to be called, and the names it may be told with. */
export interface Edit {
  readonly what: string;
  readonly kinds: readonly ChangeKind[];
  readonly names: readonly string[];
}

export interface Project {
  readonly directory: string;
  /** Makes one random edit. */
  edit(): Edit;
  remove(): void;
}

interface Settings {
  target: string;
  argument: number;
  platform: string;
  base: string;
  ignored: string[];
}

const dockerfile = `ARG BASE=none
FROM scratch AS one
COPY one /one/
FROM \${BASE} AS two
ARG V=0
LABEL v=$V
COPY two /two/
COPY *.txt /top/
FROM two AS all
COPY --from=one /one /one
COPY shared two /both/
FROM scratch
COPY . /
`;

const directories = ['one', 'one/deep', 'two', 'two/deep', 'shared', ''];

/** @param random numbers in [0, 1). @param bases references of base images. */
export function createProject(random: () => number, bases: readonly [string, string]): Project {
  const directory = mkdtempSync(join(tmpdir(), 'slipway-exact-'));
  const at = (path: string): string => join(directory, path);
  const settings: Settings = {
    target: '',
    argument: 0,
    platform: 'linux/amd64',
    base: bases[0],
    ignored: ['skaffold.yaml'],
  };
  let counter = 0;
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const fresh = (extension = ''): string => {
    counter += 1;
    return `f${counter}${extension}`;
  };
  const under = (name: string, parent: string): string => (parent === '' ? name : `${parent}/${name}`);
  const writeConfig = (): void => {
    writeFileSync(at('skaffold.yaml'), configOf(settings));
    writeFileSync(at('.dockerignore'), `${settings.ignored.join('\n')}\n`);
  };
  const put = (path: string): void => {
    mkdirSync(dirname(at(path)), { recursive: true });
    counter += 1;
    writeFileSync(at(path), `content ${counter} ${'x'.repeat(Math.floor(random() * 50))}\n`);
  };
  writeFileSync(at('Dockerfile'), dockerfile);
  for (const parent of directories) for (let index = 0; index < 3; index += 1) put(under(fresh('.txt'), parent));
  writeConfig();

  const all = (kind: 'isFile' | 'isDirectory' | 'isSymbolicLink'): string[] =>
    readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((entry) => entry[kind]())
      .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1))
      .filter((path) => !['Dockerfile', '.dockerignore', 'skaffold.yaml'].includes(path))
      .sort();
  const files = (): string[] => all('isFile');
  const move = (from: string, to: string, what: string): Edit => {
    renameSync(at(from), at(to));
    return {
      what: `${what} ${from} -> ${to}`,
      kinds: ['file-moved', 'file-added', 'file-removed', 'directory-added'],
      names: [from, to, dirname(from)],
    };
  };
  const settle = (what: string, kinds: readonly ChangeKind[], names: readonly string[]): Edit => {
    writeConfig();
    return { what, kinds, names };
  };

  const edits: readonly (() => Edit)[] = [
    () => {
      const path = pick(files());
      put(path);
      return { what: `write ${path}`, kinds: ['file-changed'], names: [path] };
    },
    () => {
      const path = under(fresh('.txt'), pick(directories));
      const parents = [dirname(path)];
      put(path);
      return { what: `add ${path}`, kinds: ['file-added', 'directory-removed'], names: [path, ...parents] };
    },
    () => {
      const from = pick(files());
      return move(from, under(fresh('.txt'), dirname(from) === '.' ? '' : dirname(from)), 'rename');
    },
    () => {
      const from = pick(files());
      const to = under(fresh('.txt'), pick(directories));
      mkdirSync(dirname(at(to)), { recursive: true });
      return move(from, to, 'move');
    },
    () => {
      const from = pick(files());
      const name = from.slice(from.lastIndexOf('/') + 1);
      const upper = name.startsWith('F') ? name.replace('F', 'f') : name.replace('f', 'F');
      return move(from, from.slice(0, from.length - name.length) + upper, 'case');
    },
    () => {
      const path = pick(files());
      chmodSync(at(path), pick([0o644, 0o755, 0o600, 0o664, 0o4755]));
      return { what: `chmod ${path}`, kinds: ['mode-changed'], names: [path] };
    },
    () => {
      const path = pick(all('isDirectory'));
      chmodSync(at(path), pick([0o755, 0o700, 0o775]));
      return { what: `chmod directory ${path}`, kinds: ['mode-changed'], names: [path] };
    },
    () => {
      // Not as a source of its own: one that leads nowhere is left out by the pattern.
      const path = under(fresh(), pick(directories));
      mkdirSync(dirname(at(path)), { recursive: true });
      symlinkSync(pick(['nowhere', 'f1.txt', '../two', '/etc']), at(path));
      return { what: `link ${path}`, kinds: ['file-added', 'directory-removed'], names: [path, dirname(path)] };
    },
    () => {
      const path = pick(all('isSymbolicLink'));
      if (path === undefined) return { what: 'no link', kinds: [], names: [] };
      unlinkSync(at(path));
      symlinkSync(`to-${fresh()}`, at(path));
      return { what: `retarget ${path}`, kinds: ['link-changed'], names: [path] };
    },
    () => {
      const left = [...files(), ...all('isSymbolicLink')];
      if (left.length < 12) return { what: 'nothing to delete', kinds: [], names: [] };
      const path = pick(left);
      unlinkSync(at(path));
      return { what: `delete ${path}`, kinds: ['file-removed', 'directory-added'], names: [path, dirname(path)] };
    },
    () => {
      const path = under(fresh(), pick(directories));
      mkdirSync(at(path), { recursive: true });
      return {
        what: `directory ${path}`,
        kinds: ['directory-added', 'directory-removed'],
        names: [path, dirname(path)],
      };
    },
    () => {
      const empty = all('isDirectory').find(
        (path) => readdirSync(at(path)).length === 0 && !directories.includes(path),
      );
      if (empty === undefined) return { what: 'no empty directory', kinds: [], names: [] };
      rmdirSync(at(empty));
      return {
        what: `remove directory ${empty}`,
        kinds: ['directory-removed', 'directory-added'],
        names: [empty, dirname(empty)],
      };
    },
    () => {
      const path = pick(files());
      const before = settings.ignored.includes(path);
      if (before) settings.ignored = settings.ignored.filter((name) => name !== path);
      else settings.ignored = [...settings.ignored.slice(-4), path, 'skaffold.yaml'];
      return settle(
        `ignore file: ${path}`,
        ['ignore-file-changed', 'file-added', 'file-removed', 'directory-added', 'directory-removed'],
        ['*'],
      );
    },
    () => {
      settings.target = pick(['', 'one', 'two', 'all']);
      return settle(`target ${settings.target}`, ['*' as ChangeKind], ['*']);
    },
    () => {
      settings.argument = Math.floor(random() * 3);
      return settle(`argument ${settings.argument}`, ['argument-changed', 'argument-added'], ['V']);
    },
    () => {
      settings.platform = pick(['linux/amd64', 'linux/arm64']);
      return settle(`platform ${settings.platform}`, ['platforms-changed', 'base-changed'], ['*']);
    },
    () => {
      settings.base = pick(bases);
      return settle(`base ${settings.base}`, ['base-changed', 'argument-changed'], ['BASE', ...bases]);
    },
    () => {
      const path = pick(files());
      const to = at(path);
      const mode = existsSync(to);
      chmodSync(to, 0o644);
      return { what: `touch ${path} ${mode}`, kinds: ['mode-changed'], names: [path] };
    },
  ];
  return {
    directory,
    edit: () => pick(edits)(),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

function configOf({ target, argument, platform, base }: Settings): string {
  return `apiVersion: skaffold/v4beta14
kind: Config
build:
  platforms: ["${platform}"]
  local: {push: false}
  tagPolicy: {envTemplate: {template: v1}}
  artifacts:
  - image: app
    docker:
      target: "${target}"
      buildArgs: {BASE: "${base}", V: "${argument}"}
`;
}
