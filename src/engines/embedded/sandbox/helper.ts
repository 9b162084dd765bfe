/**
 * A program for the inside of a user namespace: handles a sandbox's files with the ids that exist there.
 *
 *     sandbox-helper extract DIRECTORY all|one true|false < TAR
 *     sandbox-helper changes DIRECTORY MERGED > TAR
 *     sandbox-helper snapshot DIRECTORY FILE
 *     sandbox-helper changes-since DIRECTORY FILE [EXCEPT …] > TAR
 *     sandbox-helper remove PATH
 */
import { rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Change, readChanges } from './changes.ts';
import { extractTar } from './extract.ts';
import { changesOptions, snapshotOf } from './snapshot.ts';
import { tarOf, withVisible } from './tar-stream.ts';

/** Does what the arguments say. */
async function help([task, directory = '', ...rest]: readonly string[]): Promise<void> {
  const [first = '', second = ''] = rest;
  switch (task) {
    case 'extract':
      return extractTar(process.stdin, directory, { owners: first === 'all', whiteouts: second === 'true' });
    case 'changes':
      return write(readChanges(directory, { merged: first }));
    case 'snapshot':
      return snapshotOf(directory, first);
    case 'changes-since':
      return write(readChanges(directory, changesOptions(directory, first, rest.slice(1))));
    case 'remove':
      return rm(directory, { recursive: true, force: true });
    default:
      throw new Error(`unknown task ${task ?? ''}`);
  }
}

async function write(changes: Iterable<Change>): Promise<void> {
  const sources = (function* () {
    for (const change of changes) yield withVisible(change);
  })();
  await pipeline(Readable.from(tarOf(sources), { objectMode: false }), process.stdout);
}

void help(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
