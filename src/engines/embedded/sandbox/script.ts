/** What the shell of a sandbox with namespaces is told: to lay the file system out, then to run the command in it. */
import { posix } from 'node:path';
import type { PreparedMount } from './mounts.ts';
import type { MountPoints } from './points.ts';
import { commandOf, quote } from './quote.ts';

/** Everything about one run's file system. Paths without a leading slash are relative to the sandboxes' directory. */
export interface Layout {
  /** The run's own directory. */
  readonly run: string;
  /** Unpacked layers, lowest first. */
  readonly lowers: readonly string[];
  /** Options of overlayfs that the kind of sandbox needs. */
  readonly options: readonly string[];
  /** Files below `run` that are seen in `/etc`, by their names. */
  readonly etc: readonly string[];
  readonly mounts: readonly PreparedMount[];
  readonly program: { readonly path: string; readonly text: string } | undefined;
  readonly network: 'host' | 'none';
}

const devices = ['null', 'zero', 'full', 'random', 'urandom', 'tty'];

/** Lays out the file system below `run`/root, then says `ready`. Every place is claimed, so that links lead nowhere. */
export function setupScript(layout: Layout, points: MountPoints): string {
  const { run, network } = layout;
  const root = `${run}/root`;
  const at = (path: string): string => `${root}/${points.claim(path, 'directory').path}`;
  // Claimed in this order: what is mounted inside /dev comes after it.
  const proc = at('/proc');
  const sys = at('/sys');
  const dev = `${root}/${points.claim('/dev', 'directory', true).path}`;
  const mounts = [
    ...layout.etc.map((name) =>
      bindLines(`${run}/etc/${name}`, `${root}/${points.claim(`/etc/${name}`, 'file').path}`),
    ),
    ...layout.mounts.map((mount, index) => mountLines(mount, `${run}/mount${index}`, root, layout.options, points)),
  ];
  return [
    'set -eu',
    // No note of it is kept among the machine's own mounts.
    'mount() { command mount -n "$@"; }',
    'umask 022',
    // Where the kernel lets only the machine's root name a namespace, the host's name stays.
    '(echo slipway >/proc/sys/kernel/hostname || hostname slipway) 2>/dev/null || :',
    ...(network === 'none' ? ['ip link set lo up 2>/dev/null || :'] : []),
    overlay(layout.lowers, run, layout.options),
    `mount -t proc -o ro,nosuid,nodev,noexec proc ${quote(proc)}`,
    `mount -t sysfs -o ro,nosuid,nodev,noexec sysfs ${quote(sys)} 2>/dev/null || :`,
    ...deviceLines(dev),
    ...mounts.flat(),
    ...programLines(layout.program, dev),
    'echo ready >&3',
  ].join('\n');
}

/** overlayfs lists the uppermost layer first. It needs one at least. */
function overlay(lowers: readonly string[], directory: string, options: readonly string[]): string {
  const all = [
    `lowerdir=${[...lowers].reverse().join(':')}`,
    `upperdir=${directory}/upper`,
    `workdir=${directory}/work`,
  ];
  return commandOf([
    'mount',
    '-t',
    'overlay',
    '-o',
    [...all, ...options, 'nodev'].join(','),
    'overlay',
    `${directory}/root`,
  ]);
}

function deviceLines(dev: string): readonly string[] {
  const to = quote(dev);
  return [
    `mount -t tmpfs -o mode=755,nosuid,size=65536k tmpfs ${to}`,
    `for device in ${devices.join(' ')}; do : >${to}/$device; mount --bind /dev/$device ${to}/$device; done`,
    `mkdir ${to}/pts ${to}/shm && chmod 1777 ${to}/shm`,
    `mount -t devpts -o newinstance,nosuid,noexec,ptmxmode=0666,mode=620 devpts ${to}/pts`,
    `ln -s pts/ptmx ${to}/ptmx && ln -s /proc/self/fd ${to}/fd`,
    `ln -s /proc/self/fd/0 ${to}/stdin && ln -s /proc/self/fd/1 ${to}/stdout && ln -s /proc/self/fd/2 ${to}/stderr`,
  ];
}

function bindLines(from: string, to: string, readOnly: boolean = false): readonly string[] {
  const bind = commandOf(['mount', '--bind', from, to]);
  return readOnly ? [bind, commandOf(['mount', '-o', 'remount,bind,ro,nosuid,nodev', to])] : [bind];
}

function mountLines(
  mount: PreparedMount,
  own: string,
  root: string,
  options: readonly string[],
  points: MountPoints,
): readonly string[] {
  const isFile = mount.kind === 'secret' || (mount.kind !== 'tmpfs' && mount.isFile);
  const point = points.claim(mount.target, isFile ? 'file' : 'directory', mount.kind === 'tmpfs');
  const to = `${root}/${point.path}`;
  const make = point.isInside ? [makePoint(to, isFile)] : [];
  switch (mount.kind) {
    case 'bind':
      return [...make, ...bindLines(mount.source, to, mount.readOnly)];
    case 'layers':
      return [
        ...make,
        `mkdir -p ${quote(own)}/upper ${quote(own)}/work ${quote(own)}/root`,
        overlay(mount.lowers, own, options),
        ...bindLines(posix.join(own, 'root', mount.source), to, mount.readOnly),
      ];
    case 'tmpfs': {
      const size = mount.size === undefined ? [] : [`size=${mount.size}`];
      return [...make, commandOf(['mount', '-t', 'tmpfs', '-o', ['nosuid', 'nodev', ...size].join(','), 'tmpfs', to])];
    }
    case 'secret':
      return [...make, ...secretLines(mount, own, to)];
  }
}

function makePoint(to: string, isFile: boolean): string {
  return isFile ? `mkdir -p ${quote(posix.dirname(to))} && : >${quote(to)}` : `mkdir -p ${quote(to)}`;
}

/** Secrets lie in memory only, and come through a pipe. */
function secretLines(
  { content, mode, uid, gid }: Extract<PreparedMount, { readonly kind: 'secret' }>,
  own: string,
  to: string,
): readonly string[] {
  const file = quote(`${own}/secret`);
  return [
    `mkdir -p ${quote(own)} && mount -t tmpfs -o mode=700,nosuid,nodev tmpfs ${quote(own)}`,
    `head -c ${content.length} <&4 >${file}`,
    `chown ${uid}:${gid} ${file} && chmod ${mode.toString(8)} ${file}`,
    ...bindLines(`${own}/secret`, to, true),
  ];
}

function programLines(program: Layout['program'], dev: string): readonly string[] {
  if (program === undefined) return [];
  const file = quote(`${dev}/${posix.relative('/dev', program.path)}`);
  return [`mkdir -p ${quote(`${dev}/pipes`)}`, `printf %s ${quote(program.text)} >${file}`, `chmod 755 ${file}`];
}
