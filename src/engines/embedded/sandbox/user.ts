/** Whom a command of RUN runs as: USER, looked up in the image. */
import { buildError } from '../failure.ts';
import type { ReadImageFile } from '../ownership.ts';

export interface RunUser {
  readonly uid: number;
  readonly gid: number;
  /** The groups of `/etc/group` that list the user; none where USER names a group. */
  readonly groups: readonly number[];
  readonly home: string;
}

/**
 * Reads `user`, `user:group`, each a name or a number; empty means root.
 *
 * @throws {ToolError} `BUILD_USER_ERROR` for a name that the image does not know.
 */
export async function findRunUser(text: string, read: ReadImageFile): Promise<RunUser> {
  const [name = '', group] = text.split(':', 2);
  const users = await table('/etc/passwd', read);
  const groups = await table('/etc/group', read);
  const wanted = name === '' ? '0' : name;
  const entry =
    users.find((fields) => fields[0] === wanted) ??
    (isNumber(wanted) ? users.find((fields) => fields[2] === String(Number(wanted))) : undefined);
  if (entry === undefined && !isNumber(wanted)) throw unknown('user', name, '/etc/passwd');
  const uid = Number(entry?.[2] ?? wanted);
  const home = entry?.[5] ?? '';
  const rest = { uid, home: home === '' ? '/' : home };
  if (group !== undefined && group !== '') return { ...rest, gid: groupOf(group, groups), groups: [] };
  const listed = groups.filter((fields) => (fields[3] ?? '').split(',').includes(entry?.[0] ?? ' '));
  return { ...rest, gid: Number(entry?.[3] ?? 0), groups: listed.map((fields) => Number(fields[2])).filter(isId) };
}

function groupOf(group: string, groups: readonly (readonly string[])[]): number {
  const entry = groups.find((fields) => fields[0] === group);
  if (entry === undefined && !isNumber(group)) throw unknown('group', group, '/etc/group');
  return Number(entry?.[2] ?? group);
}

async function table(file: string, read: ReadImageFile): Promise<readonly (readonly string[])[]> {
  return ((await read(file)) ?? '').split('\n').map((line) => line.trim().split(':'));
}

const isId = (value: number): boolean => Number.isInteger(value) && value >= 0 && value <= 0xffffffff;

function isNumber(text: string): boolean {
  return /^\d+$/.test(text) && isId(Number(text));
}

function unknown(kind: string, name: string, file: string): Error {
  return buildError(
    `cannot run as the ${kind} "${name}": ${file} of the image does not have it`,
    `Give USER a number, or add the ${kind} in an earlier RUN`,
  );
}
