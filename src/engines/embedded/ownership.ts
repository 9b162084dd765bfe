/** `--chown` and `USER`: names and numbers of users and groups, looked up in the image itself. */
import { resolveLinks } from '../../image/layer-tree.ts';
import { buildError } from './failure.ts';
import type { Node } from './node.ts';

export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** Reads a text file of the image's tree; undefined where there is no such regular file. */
export type ReadImageFile = (path: string) => Promise<string | undefined>;

/** How an owner is written: `user`, `user:group`, `:group`, each a name or a number. */
interface WrittenOwner {
  readonly user: string;
  readonly group: string | undefined;
}

function readOwner(text: string): WrittenOwner {
  const colon = text.indexOf(':');
  if (colon < 0) return { user: text, group: undefined };
  return { user: text.slice(0, colon), group: text.slice(colon + 1) };
}

/** Whether an owner can be told without looking into the image. */
export function isNumericOwner(text: string): boolean {
  const { user, group } = readOwner(text);
  return [user, group ?? ''].every((part) => part === '' || isNumber(part));
}

/**
 * The owner that `--chown` names. A user given by number has the group of the same number, one given by name its group
 * of `/etc/passwd`, unless a group is given too (Dockerfile reference, `COPY --chown`).
 *
 * @throws {ToolError} `BUILD_USER_ERROR` for a name that the image does not know.
 */
export async function findOwner(text: string, read: ReadImageFile): Promise<Owner> {
  const { user, group } = readOwner(text);
  const byUser = user === '' ? { uid: 0, gid: 0 } : await findUser(user, read);
  if (byUser === undefined) throw unknownName('user', user, '/etc/passwd');
  if (group === undefined || group === '') return byUser;
  const gid = await findGroup(group, read);
  if (gid === undefined) throw unknownName('group', group, '/etc/group');
  return { uid: byUser.uid, gid };
}

/** As {@link findOwner}, but names that the image does not know mean root: what BuildKit does for the owner of `WORKDIR`. */
export async function findOwnerOrRoot(text: string, read: ReadImageFile): Promise<Owner> {
  const { user, group } = readOwner(text);
  const byUser = (user === '' ? undefined : await findUser(user, read)) ?? { uid: 0, gid: 0 };
  if (group === undefined || group === '') return byUser;
  return { uid: byUser.uid, gid: (await findGroup(group, read)) ?? byUser.gid };
}

async function findUser(user: string, read: ReadImageFile): Promise<Owner | undefined> {
  if (isNumber(user)) return { uid: Number(user), gid: Number(user) };
  const fields = await findLine('/etc/passwd', user, read);
  return fields === undefined ? undefined : { uid: Number(fields[2] ?? 0), gid: Number(fields[3] ?? 0) };
}

async function findGroup(group: string, read: ReadImageFile): Promise<number | undefined> {
  if (isNumber(group)) return Number(group);
  const fields = await findLine('/etc/group', group, read);
  return fields === undefined ? undefined : Number(fields[2] ?? 0);
}

async function findLine(file: string, name: string, read: ReadImageFile): Promise<readonly string[] | undefined> {
  const lines = ((await read(file)) ?? '').split('\n').map((line) => line.trim().split(':'));
  return lines.find(([first]) => first === name);
}

/** Ids above what Linux has are names that nobody has. */
function isNumber(text: string): boolean {
  return /^\d+$/.test(text) && Number(text) <= 0xffffffff;
}

function unknownName(kind: string, name: string, file: string): Error {
  return buildError(
    `unknown ${kind} "${name}": ${file} of the image does not have it`,
    `Give the ${kind} as a number, or add it to ${file} in an earlier stage`,
  );
}

/** The regular file at a path of a tree, links followed within it. */
export function regularFileAt(root: Node, path: string): Node | undefined {
  const { node } = resolveLinks(root, path);
  return node?.kind === 'file' ? node : undefined;
}
