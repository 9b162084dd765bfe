/** Docker contexts: endpoints by name, as `docker context create` stores them below the Docker configuration directory. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { ToolError } from '../../core/errors.ts';
import type { Context } from '../../core/ports.ts';
import { readTls, type TlsMaterial } from './tls.ts';

export interface DockerContext {
  /** The endpoint as the context spells it: `tcp://…`, `unix://…`, `ssh://…`. */
  readonly host: string;
  readonly tls: TlsMaterial | undefined;
}

/** The name of the context to use; undefined for the one called `default`, which has no file. */
export async function selectedContext(ctx: Context): Promise<string | undefined> {
  const name = ctx.system.env['DOCKER_CONTEXT'] || (await configuredContext(ctx));
  return name === undefined || name === '' || name === 'default' ? undefined : name;
}

async function configuredContext(ctx: Context): Promise<string | undefined> {
  const content = await readJson(join(configurationDirectory(ctx), 'config.json'), ctx);
  const name = fieldOf(content, 'currentContext');
  return typeof name === 'string' ? name : undefined;
}

/**
 * Reads one context: `contexts/meta/<sha256 of the name>/meta.json`, and its certificates below `contexts/tls`.
 *
 * @throws `BUILD_DOCKER_DAEMON_NOT_RUNNING` when there is no such context or it names no Docker endpoint.
 */
export async function readContext(name: string, ctx: Context): Promise<DockerContext> {
  const id = createHash('sha256').update(name).digest('hex');
  const directory = join(configurationDirectory(ctx), 'contexts');
  const meta = await readJson(join(directory, 'meta', id, 'meta.json'), ctx);
  const endpoint = fieldOf(fieldOf(meta, 'Endpoints'), 'docker');
  const host = fieldOf(endpoint, 'Host');
  if (typeof host !== 'string' || host === '') throw unusable(name, meta === undefined);
  const certificates = join(directory, 'tls', id, 'docker');
  const verify = fieldOf(endpoint, 'SkipTLSVerify') !== true;
  const present = (await ctx.system.files.stat(certificates)) !== undefined;
  return { host, tls: present ? await readTls(certificates, verify, ctx) : undefined };
}

function configurationDirectory(ctx: Context): string {
  return ctx.system.env['DOCKER_CONFIG'] || join(ctx.system.homeDirectory, '.docker');
}

async function readJson(file: string, ctx: Context): Promise<unknown> {
  const content = await ctx.system.files.readIfExists(file);
  if (content === undefined) return undefined;
  try {
    return JSON.parse(Buffer.from(content).toString('utf8')) as unknown;
  } catch (cause) {
    throw new ToolError('BUILD_DOCKER_DAEMON_NOT_RUNNING', `${file} is not JSON`, {
      cause,
      suggestions: [
        { code: 'CHECK_DOCKER_CONFIG', action: 'Correct the file, or say where Docker is with DOCKER_HOST' },
      ],
    });
  }
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
}

function unusable(name: string, missing: boolean): ToolError {
  const problem = missing ? 'does not exist' : 'names no Docker endpoint';
  return new ToolError('BUILD_DOCKER_DAEMON_NOT_RUNNING', `the Docker context "${name}" ${problem}`, {
    suggestions: [{ code: 'CHECK_DOCKER_CONTEXT', action: 'See `docker context ls`, or set DOCKER_CONTEXT=default' }],
  });
}
