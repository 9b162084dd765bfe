import type { System } from '../core/ports.ts';

const systems: Readonly<Record<string, string>> = { win32: 'windows', sunos: 'solaris' };
const architectures: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386', ppc64: 'ppc64le', mips: 'mipsle' };

/** This machine in Go's words (`GOOS`, `GOARCH`), which image platforms use too. */
export function machinePlatform(): System['platform'] {
  return {
    os: systems[process.platform] ?? process.platform,
    architecture: architectures[process.arch] ?? process.arch,
  };
}

/** `$HOME`, or what the user database says. `node:os` is part of Node's start-up, so that reaching for it costs nothing. */
export function homeDirectoryOf(env: System['env']): string {
  return env['HOME'] || process.getBuiltinModule('node:os').homedir();
}
