import { expect, test } from 'vitest';
import { ToolError } from '../../../src/core/errors.ts';
import type { Context, Files } from '../../../src/core/ports.ts';
import { projectFiles } from '../../../src/init/walk.ts';
import { fakeFiles } from '../../support/fake-files.ts';
import { fakeSystem } from '../../support/fake-system.ts';

/** A project with a directory `closed` that nobody may look into. */
function projectWithClosedDirectory(): Context {
  const files = fakeFiles({ '/work/a': '', '/work/closed/b': '', '/work/open/c': '' });
  const list: Files['list'] = async (directory) => {
    if (directory.endsWith('closed')) throw new ToolError('FILE_READ_ERR', `open ${directory}: permission denied`);
    return await files.list(directory);
  };
  const system = { ...fakeSystem({ cwd: '/work' }), files: { ...files, list } };
  return { system, emit: () => undefined, signal: new AbortController().signal };
}

test('a directory that cannot be read is an error', async () => {
  const walk = projectFiles({ skipUnreachableDirectories: false }, projectWithClosedDirectory());
  await expect(walk).rejects.toMatchObject({ code: 'FILE_READ_ERR' });
});

test('unless such directories are passed over', async () => {
  const walk = projectFiles({ skipUnreachableDirectories: true }, projectWithClosedDirectory());
  expect(await walk).toEqual(['a', 'open/c']);
});
