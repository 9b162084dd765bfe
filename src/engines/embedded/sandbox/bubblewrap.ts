/** A command in bubblewrap: it makes the namespaces and mounts itself. */
import { commandOf } from './quote.ts';
import type { CopiedRun, Copy } from './run-copied.ts';

/** The command line's secret half goes through a file. */
export function bubblewrapScript({ job, root, workingDirectory, places, etc }: Copy): CopiedRun {
  const { instruction, environment, mounts, command, parts } = job;
  const network = instruction.network === 'default' ? parts.request.network : instruction.network;
  const args = [
    ...['--die-with-parent', '--unshare-user', '--uid', '0', '--gid', '0', '--unshare-pid', '--unshare-ipc'],
    ...['--unshare-uts', '--hostname', 'slipway', ...(network === 'none' ? ['--unshare-net'] : [])],
    ...['--bind', root, '/', '--proc', '/proc', '--dev', '/dev', '--chdir', workingDirectory, '--clearenv'],
    ...[...etc].flatMap(([place, file]) => ['--bind', file, `/${place}`]),
    ...mounts.mounts.flatMap((mount, index) => {
      if (mount.kind === 'tmpfs') return ['--tmpfs', `/${places[index]}`];
      return mount.kind === 'bind' ? [mount.readOnly ? '--ro-bind' : '--bind', mount.source, `/${places[index]}`] : [];
    }),
    ...[
      '--cap-add',
      'CAP_CHOWN',
      '--cap-add',
      'CAP_DAC_OVERRIDE',
      '--cap-add',
      'CAP_FOWNER',
      '--cap-add',
      'CAP_FSETID',
    ],
    ...['--cap-add', 'CAP_SETGID', '--cap-add', 'CAP_SETUID', '--cap-add', 'CAP_SYS_CHROOT'],
    // bubblewrap sets variables just before the command, but finds the command by its PATH.
    ...[...environment].flatMap(([name, value]) => ['--setenv', name, value]),
  ];
  const script = [
    '(',
    'exec </dev/null >&6 2>&7 3>&- 6>&- 7>&-',
    `exec bwrap --args 4 -- ${commandOf(command.words)}`,
    ')',
    'status=$?',
    'exec 6>&- 7>&-',
    'echo "exit $status" >&3',
  ].join('\n');
  return { script, fed: Buffer.from(args.map((arg) => `${arg}\0`).join('')) };
}
