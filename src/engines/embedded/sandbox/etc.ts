/** The files of `/etc` that a command finds and no layer gets: names of hosts, and who answers for names. */
import { readFileSync } from 'node:fs';
import type { DockerfileBuild } from '../../../core/plugins.ts';

/** Their texts by name. The machine's own name does not appear. */
export function etcFiles({
  request,
}: {
  readonly request: Pick<DockerfileBuild, 'addHosts'>;
}): Readonly<Record<string, string>> {
  return {
    hosts: [...loopback, ...request.addHosts.map(hostLine)].map((line) => `${line}\n`).join(''),
    hostname: 'slipway\n',
    'resolv.conf': resolver(),
  };
}

const loopback = ['127.0.0.1\tlocalhost slipway', '::1\tlocalhost ip6-localhost ip6-loopback'];

/** `NAME:ADDRESS` or `NAME=ADDRESS`, as `docker build --add-host` takes it. */
function hostLine(text: string): string {
  const [, name = '', address = ''] = /^([^:=]*)[:=](.*)$/s.exec(text) ?? [];
  return `${address.replace(/^\[(.*)\]$/, '$1')}\t${name}`;
}

function resolver(): string {
  try {
    return readFileSync('/etc/resolv.conf', 'utf8');
  } catch {
    return '';
  }
}
