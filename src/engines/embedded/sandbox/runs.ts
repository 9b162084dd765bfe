/**
 * Directories of the commands that are running. Their names tell whose they are: what a killed process left is removed
 * when the next one begins.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileTool } from './file-tool.ts';

/** What tells this process from every other that ever was: its boot and PID namespace, number and start. */
export function processIdentity(): string {
  return `${machine()}-${process.pid}-${startOf(process.pid) ?? '0'}`;
}

function machine(): string {
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  return createHash('sha256')
    .update(`${boot} ${readlinkSync('/proc/self/ns/pid')}`)
    .digest('hex')
    .slice(0, 12);
}

/** Clock ticks from boot to the start of a process; undefined where there is none of that number. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}

/** Whether a process of that identity may be running; one of another boot or container may. */
export function isAlive(identity: string): boolean {
  const [where, pid, start] = identity.split('-');
  return where !== machine() || startOf(Number(pid)) === start;
}

/** Whether the process that made a run's directory is gone. Those of another boot or container count as there for a day. */
function isAbandoned(name: string, ageMilliseconds: number): boolean {
  return name.startsWith(`${machine()}-`) ? !isAlive(name) : ageMilliseconds > dayMilliseconds;
}

const dayMilliseconds = 24 * 60 * 60 * 1000;

/** Makes the directory of one run, readable by nobody else. */
export async function makeRunDirectory(parent: string, random: string): Promise<string> {
  const directory = join(parent, `${processIdentity()}-${random}`);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  return directory;
}

/** Removes what killed processes left. */
export async function removeAbandoned(parent: string, now: number, tool: FileTool): Promise<void> {
  for (const name of listed(parent)) {
    const path = join(parent, name);
    if (isAbandoned(name, now - (await tool.modifiedAt(path)))) await tool.remove(path);
  }
}

function listed(parent: string): readonly string[] {
  try {
    return readdirSync(parent);
  } catch {
    return [];
  }
}
