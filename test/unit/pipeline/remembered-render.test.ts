import { createHash } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Event } from '../../../src/core/events.ts';
import type { ImageName } from '../../../src/core/names.ts';
import { renderText } from '../../../src/pipeline/remembered-render.ts';
import type { RenderOptions } from '../../../src/pipeline/render.ts';
import { openSession } from '../../../src/pipeline/session.ts';
import { createSystem } from '../../../src/system/node.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'slipway-render-'));
  for (const name of ['work', 'elsewhere']) mkdirSync(join(root, name));
  write('skaffold.yaml', config(''));
  write('k8s/a.yaml', pod('a'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const path = (file: string): string => join(root, 'work', file);
const cache = (): string => join(root, 'cache');

function write(file: string, content: string): void {
  mkdirSync(join(path(file), '..'), { recursive: true });
  writeFileSync(path(file), content);
}

function config(more: string): string {
  return `apiVersion: skaffold/v4beta14\nkind: Config\nmanifests:\n  rawYaml: ["k8s/*.yaml"]\n${more}`;
}

function pod(name: string): string {
  return `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}}\nspec:\n  image: app\n---\nkind: Other\nimage: app\n`;
}

/** What a render says besides the text: the same must be said again. */
interface Said {
  readonly text: string;
  readonly warnings: readonly string[];
}

interface Flags {
  readonly tag?: string;
  readonly label?: string;
}

/** How often the last render listed the directory of the manifests. */
let listings = 0;

async function render(useStore: boolean, { tag = 'v1', label = 'a=b' }: Flags = {}): Promise<Said> {
  const warnings: string[] = [];
  const real = createSystem({
    cwd: join(root, 'work'),
    env: { PATH: process.env['PATH'], HOME: root, SLIPWAY_CACHE_DIR: cache(), KUBECONFIG: join(root, 'none') },
  });
  listings = 0;
  const list: typeof real.files.list = (directory) => {
    if (directory.endsWith('k8s')) listings++;
    return real.files.list(directory);
  };
  const system = { ...real, files: { ...real.files, list } };
  const emit = (event: Event): void => {
    if (event.type === 'log' && event.level === 'warning') warnings.push(event.message);
  };
  const session = await openSession(
    {
      load: {
        filename: 'skaffold.yaml',
        profiles: [],
        modules: [],
        command: 'render',
        profileAutoActivation: true,
        propagateProfiles: true,
        kubeContext: undefined,
        kubeconfig: undefined,
      },
      defaultRepo: undefined,
      globalConfigFile: undefined,
      insecureRegistries: [],
      detectMinikube: false,
      engine: 'auto',
    },
    { system, emit, signal: new AbortController().signal },
  );
  const options = {
    buildArtifacts: [{ imageName: 'app' as ImageName, tag: `r.io/app:${tag}` }],
    images: [],
    digestSource: 'tag',
    build: { tag: '', cacheArtifacts: useStore },
    manifests: {
      labels: [label],
      namespace: undefined,
      offline: true,
      setValues: [],
      setValueFile: undefined,
      resourceSelectorRulesFile: undefined,
      pin: 'rules',
      annotateSource: false,
    },
  } as unknown as RenderOptions;
  try {
    return { text: (await renderText(session, options, 0)).text, warnings };
  } finally {
    await session.close();
  }
}

function records(): string[] {
  return readdirSync(join(cache(), 'renders')).map((name) => join(cache(), 'renders', name));
}

/** Puts another text into the record, with a checksum that fits. */
function forge(text: string): void {
  const [file = ''] = records();
  const [, head] = readFileSync(file, 'utf8').split('\n');
  const content = `${head}\n${text}`;
  writeFileSync(file, `${createHash('sha256').update(content).digest('hex')}\n${content}`);
}

describe('a render from the store', () => {
  test('is what was kept, messages included', async () => {
    const first = await render(true);
    expect(first.warnings).toEqual([
      expect.stringMatching(/^k8s\/a\.yaml:8:8: the image app /),
      expect.stringContaining('r.io/app:v1'),
    ]);
    forge('kept\n');
    expect(await render(true)).toEqual({ text: 'kept\n', warnings: first.warnings });
    expect(statSync(records()[0] ?? '').mode & 0o077).toBe(0);
  });

  test('lists its files no more often than a render that reads them', async () => {
    await render(false);
    const needed = listings;
    await render(true);
    await render(true);
    expect(listings).toBe(needed);
  });

  test('is not believed when it is damaged', async () => {
    const first = await render(true);
    for (const damage of [
      (bytes: Buffer) => bytes.subarray(0, -1),
      (bytes: Buffer) => Buffer.from(bytes).fill('x', 90, 91),
      () => Buffer.alloc(0),
    ]) {
      const [file = ''] = records();
      writeFileSync(file, damage(readFileSync(file)));
      const { text, warnings } = await render(true);
      expect(text).toBe(first.text);
      expect(warnings.some((message) => message.includes('damaged'))).toBe(true);
    }
  });

  test('is not kept where hooks or programs take part', async () => {
    write('skaffold.yaml', config('  hooks: {after: [{host: {command: ["true"]}}]}\n'));
    await render(true);
    expect(() => records()).toThrow();
  });

  test('is not needed: a store that cannot be written fails nothing', async () => {
    writeFileSync(cache(), 'a file where the directory belongs');
    expect((await render(true)).text).toContain('r.io/app:v1');
  });
});

const names = ['a', 'b', 'c'];
const file = fc.constantFrom(...names).map((name) => `k8s/${name}.yaml`);

/** Changes that people and their tools make between two renders. */
const edit: fc.Arbitrary<(flags: Flags) => Flags> = fc.oneof(
  fc.constant((flags: Flags) => flags),
  fc.tuple(file, fc.constantFrom('x', 'y', 'zz')).map(([name, text]) => doing(() => write(name, pod(text)))),
  // The same size and the same time: only the change time and the content tell.
  fc.tuple(file, fc.constantFrom('x', 'y')).map(([name, text]) =>
    doing(() => {
      const { atime, mtime } = statSync(path(name));
      write(name, pod(text));
      utimesSync(path(name), atime, mtime);
    }),
  ),
  file.map((name) => doing(() => utimesSync(path(name), 1, 1))),
  file.map((name) => doing(() => unlinkSync(path(name)))),
  fc.tuple(file, file).map(([from, to]) => doing(() => renameSync(path(from), path(to)))),
  fc.tuple(file, fc.constantFrom('p', 'q')).map(([name, text]) =>
    doing(() => {
      writeFileSync(join(root, 'elsewhere', text), pod(text));
      rmSync(path(name), { force: true });
      symlinkSync(join(root, 'elsewhere', text), path(name));
    }),
  ),
  fc.constantFrom('r', 's').map((text) => doing(() => writeFileSync(join(root, 'elsewhere', 'p'), pod(text)))),
  fc
    .constantFrom('', 'resourceSelector: {allow: [{groupKind: Other, image: [".*"]}]}\n')
    .map((more) => doing(() => write('skaffold.yaml', config(more)))),
  fc.constantFrom('v1', 'v2').map((tag) => (flags: Flags) => ({ ...flags, tag })),
  fc.constantFrom('a=b', 'c=d').map((label) => (flags: Flags) => ({ ...flags, label })),
);

/** What cannot be done, because there is no such file, changes nothing. */
function doing(change: () => void): (flags: Flags) => Flags {
  return (flags) => {
    try {
      change();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
    return flags;
  };
}

/** Without any manifest there is an error, which has to be the same too. */
async function outcome(useStore: boolean, flags: Flags): Promise<unknown> {
  return render(useStore, flags).catch((error: unknown) => String(error));
}

test('after any edits the store gives what a render gives', async () => {
  const soak = process.env['SLIPWAY_SOAK'] !== undefined;
  await fc.assert(
    fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 8 }), async (edits) => {
      let flags: Flags = {};
      for (const change of edits) {
        flags = change(flags);
        const [stored, fresh] = [await outcome(true, flags), await outcome(false, flags)];
        expect(stored).toEqual(fresh);
      }
    }),
    { numRuns: soak ? 2000 : 60 },
  );
}, 120_000);
