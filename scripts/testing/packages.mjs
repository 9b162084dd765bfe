// The programs the tiers need, and how a Debian machine gets them.
import { accessSync, chmodSync, constants, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run } from './processes.mjs';

/** Program → the Debian package that has it. */
const programs = {
  dockerd: 'docker.io',
  docker: 'docker.io',
  'docker-registry': 'docker-registry',
  skopeo: 'skopeo',
  git: 'git',
};
/** The same for what the heavy tier needs besides. */
export const heavyPrograms = { mmdebstrap: 'mmdebstrap', newuidmap: 'uidmap' };

/** The path of a program on PATH (and where Debian keeps system programs), or undefined. */
export function which(program) {
  const directories = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/bin', '/sbin', '/bin'];
  return directories.map((directory) => join(directory, program)).find(isExecutable);
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** A busybox that needs no shared library, so that an image may hold nothing else. */
export function staticBusybox() {
  return ['/bin/busybox', '/usr/bin/busybox'].find((path) => isExecutable(path) && !namesInterpreter(path));
}

// A dynamic ELF program names its loader within the first page.
function namesInterpreter(path) {
  return readFileSync(path).subarray(0, 4096).includes('/ld-');
}

// Debian packages that are missing here, sorted.
function missingPackages(more) {
  const wanted = { ...programs, ...more };
  const missing = Object.keys(wanted).filter((program) => which(program) === undefined);
  const packages = new Set(missing.map((program) => wanted[program]));
  if (staticBusybox() === undefined) packages.add('busybox-static');
  return [...packages].sort();
}

/**
 * Installs what is missing. The services those packages bring are kept from starting.
 * @param more programs needed besides those of every tier, with their packages
 * @returns {Promise<string | undefined>} why it could not be done, or undefined when everything is there
 */
export async function installPackages(logFile, more = {}) {
  const missing = missingPackages(more);
  if (missing.length === 0) return undefined;
  if (process.getuid?.() !== 0) return `${missing.join(', ')} missing, and only root can install them`;
  if (which('apt-get') === undefined)
    return `${missing.join(', ')} missing, and there is no apt-get to install them with`;
  const failed = await withoutServiceStart(() => aptInstall(missing, logFile));
  if (failed !== undefined) return failed;
  const still = missingPackages(more);
  return still.length === 0 ? undefined : `${still.join(', ')} still missing after the installation (see ${logFile})`;
}

async function aptInstall(packages, logFile) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = ['apt-get', '-q', '-o', 'DPkg::Lock::Timeout=180'];
  const steps = [
    [...apt, 'update'],
    [...apt, 'install', '-y', '--no-install-recommends', ...packages],
  ];
  for (const command of steps) {
    if ((await run(command, { logFile, env, append: true })) !== 0)
      return `${command.join(' ')} failed (see ${logFile})`;
  }
  return undefined;
}

// Debian starts the daemons of freshly installed packages unless this file says no (invoke-rc.d(8)).
async function withoutServiceStart(action) {
  const policy = '/usr/sbin/policy-rc.d';
  if (existsSync(policy)) return await action();
  writeFileSync(policy, '#!/bin/sh\nexit 101\n');
  chmodSync(policy, 0o755);
  try {
    return await action();
  } finally {
    rmSync(policy, { force: true });
  }
}
