import { lstatSync, readdirSync, type Stats } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { ToolError } from '../core/errors.ts';
import type { WalkedEntry } from '../core/ports.ts';
import { sortByCodePoints } from './code-points.ts';
import { fileError, isMissing, translated } from './file-errors.ts';
import { fileInfo } from './file-info.ts';
import { expectLongRun } from './long-run.ts';

/** Entries read between two turns of the event loop: about 10 ms of work. */
const batch = 2000;

interface Walk {
  readonly root: string;
  readonly enter: (path: string) => boolean;
  readonly found: WalkedEntry[];
  sinceLastTurn: number;
}

/** {@link Files.walk}. An entry that disappears between being listed and being looked at is left out. */
export async function walk(
  root: string,
  enter: (path: string) => boolean = () => true,
): Promise<readonly WalkedEntry[]> {
  const state: Walk = { root, enter, found: [], sinceLastTurn: 0 };
  await walkDirectory(state, '');
  return state.found;
}

async function walkDirectory(state: Walk, directory: string): Promise<void> {
  for (const name of namesIn(state, directory)) {
    const path = directory === '' ? name : `${directory}/${name}`;
    const entry = look(state, path);
    if (entry === undefined) continue;
    state.found.push(entry);
    if (++state.sinceLastTurn >= batch) await takeTurn(state);
    if (entry.info.kind === 'directory' && state.enter(path)) await walkDirectory(state, path);
  }
}

/** Lets signals, timers and other work run: the calls of a walk themselves are synchronous, which is several times faster. */
async function takeTurn(state: Walk): Promise<void> {
  state.sinceLastTurn = 0;
  expectLongRun();
  await setImmediate();
}

function namesIn(state: Walk, directory: string): readonly string[] {
  const path = directory === '' ? state.root : `${state.root}/${directory}`;
  try {
    return sortByCodePoints(translated('list', path, () => readdirSync(path)));
  } catch (error) {
    if (directory !== '' && error instanceof ToolError && isMissing(error.cause)) return [];
    throw error;
  }
}

function look(state: Walk, path: string): WalkedEntry | undefined {
  const full = `${state.root}/${path}`;
  const stats = statsAt(full);
  if (stats !== undefined) return { path, info: fileInfo(stats) };
  if (path.includes('\uFFFD')) throw notUtf8(full);
  return undefined;
}

const quiet = { throwIfNoEntry: false } as const;

function statsAt(path: string): Stats | undefined {
  try {
    return lstatSync(path, quiet);
  } catch (error) {
    throw fileError('read', path, error);
  }
}

/** Node shows bytes that are not UTF-8 as U+FFFD, and then cannot find the file again; leaving it out would go unnoticed. */
function notUtf8(path: string): ToolError {
  return new ToolError('FILE_READ_ERR', `cannot read ${path}: its name is not valid UTF-8`, {
    suggestions: [{ code: 'RENAME_FILE', action: 'Rename the file, or exclude its directory' }],
  });
}
