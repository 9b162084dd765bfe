/**
 * A program for the inside of a user namespace: handles a sandbox's files with the ids that exist there.
 *
 *     sandbox-helper extract DIRECTORY all|one true|false < TAR
 *     sandbox-helper changes DIRECTORY MERGED > TAR
 *     sandbox-helper snapshot DIRECTORY FILE
 *     sandbox-helper changes-since DIRECTORY FILE [EXCEPT …] > TAR
 *     sandbox-helper remove PATH
 *     sandbox-helper move PATH PATH
 *     sandbox-helper sizes > JSON, of the paths in the JSON array on standard input
 */
import { readFileSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Change, readChanges } from './changes.ts';
import { extractTar } from './extract.ts';
import { sizeOf } from './size.ts';
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
    case 'move':
      return rename(directory, first);
    case 'sizes': {
      const paths = JSON.parse(readFileSync(0, 'utf8')) as readonly string[];
      return void process.stdout.write(JSON.stringify(paths.map(sizeOf)));
    }
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
