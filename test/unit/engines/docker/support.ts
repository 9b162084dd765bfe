import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { ToolError } from '../../../../src/core/errors.ts';
import type { Event } from '../../../../src/core/events.ts';
import type { Digest, ImageName } from '../../../../src/core/names.ts';
import type { DockerfileBuild } from '../../../../src/core/plugins.ts';
import type { Context, RegistryClient, RegistryCredential, System } from '../../../../src/core/ports.ts';
import { createFiles } from '../../../../src/system/files.ts';

/** A context whose files are real and whose registry and credentials are given; ports that no engine uses throw. */
export interface TestContext extends Context {
  readonly events: Event[];
  readonly home: string;
  abort(): void;
  remove(): void;
}

export interface ContextOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly credentials?: Readonly<Record<string, RegistryCredential>>;
  readonly registry?: Partial<RegistryClient>;
}

export function testContext({ env = {}, credentials = {}, registry = {} }: ContextOptions = {}): TestContext {
  const home = mkdtempSync('/tmp/slipway-docker-');
  const controller = new AbortController();
  const events: Event[] = [];
  const system = {
    files: createFiles(home),
    credentials: { get: async (host: string) => credentials[host] },
    registry: { ...unreachable, ...registry },
    env,
    cwd: home,
    homeDirectory: home,
    platform: { os: 'linux', architecture: 'amd64' },
    insecureRegistries: [],
  } as Partial<System> as System;
  return {
    system,
    events,
    home,
    emit: (event) => void events.push(event),
    signal: controller.signal,
    abort: () => controller.abort(),
    remove: () => rmSync(home, { recursive: true, force: true }),
  };
}

const refuse = async (): Promise<never> => {
  throw new ToolError('REGISTRY_UNREACHABLE', 'no registry in this test');
};
const unreachable = { resolve: refuse, manifest: refuse } as Partial<RegistryClient>;

/** The text of all `output` events, joined. */
export function outputOf(context: TestContext): string {
  return context.events.map((event) => (event.type === 'output' ? event.text : '')).join('');
}

export function warningsOf(context: TestContext): readonly string[] {
  return context.events.flatMap((event) => (event.type === 'log' && event.level === 'warning' ? [event.message] : []));
}

/** A request to the fake engine, its body read. */
export interface EngineRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** Answers with a status and JSON, or takes the response over. */
export type Answer = { readonly status: number; readonly json: unknown } | ((response: ServerResponse) => void);
export type Routes = Readonly<Record<string, (request: EngineRequest) => Answer>>;

/** A scripted Docker Engine on a unix socket. Routes are `METHOD /path`; `_ping` is always answered. */
export interface FakeEngine {
  readonly socket: string;
  readonly requests: EngineRequest[];
  close(): Promise<void>;
}

export async function fakeEngine(routes: Routes): Promise<FakeEngine> {
  const directory = mkdtempSync('/tmp/slipway-engine-');
  const socket = join(directory, 'docker.sock');
  const requests: EngineRequest[] = [];
  const server = createServer((incoming, response) => {
    response.on('error', () => undefined);
    readRequest(incoming).then(
      (request) => {
        if (request.path !== '/_ping') requests.push(request);
        const route = routes[`${request.method} ${request.path}`];
        respond(request.path === '/_ping' ? pong : route?.(request), response);
      },
      () => undefined, // The client went away while it was sending.
    );
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  return {
    socket,
    requests,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

const pong: Answer = { status: 200, json: 'OK' };

async function readRequest(incoming: IncomingMessage): Promise<EngineRequest> {
  const url = new URL(incoming.url ?? '/', 'http://engine');
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return {
    method: incoming.method ?? '',
    path: url.pathname,
    query: url.searchParams,
    headers: incoming.headers,
    body: Buffer.concat(chunks),
  };
}

function respond(answer: Answer | undefined, response: ServerResponse): void {
  if (typeof answer === 'function') answer(response);
  else respondJson(answer, response);
}

function respondJson(
  answer: Exclude<Answer, (response: ServerResponse) => void> | undefined,
  response: ServerResponse,
): void {
  const { status, json } = answer ?? { status: 404, json: { message: 'page not found' } };
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(json));
}

/** An answer of several messages, as builds, pulls and pushes have. */
export function messages(...list: readonly object[]): Answer {
  return (response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    for (const message of list) response.write(`${JSON.stringify(message)}\r\n`);
    response.end();
  };
}

/** A request with nothing special about it. */
export function buildRequest(workspace: string, changes: Partial<DockerfileBuild> = {}): DockerfileBuild {
  return {
    image: 'app' as ImageName,
    workspace,
    dockerfile: join(workspace, 'Dockerfile'),
    dockerfileName: 'Dockerfile',
    context: ['Dockerfile'],
    target: undefined,
    buildArgs: {},
    platform: undefined,
    noCache: false,
    pullParent: false,
    cacheFrom: [],
    network: undefined,
    addHosts: [],
    squash: false,
    tag: 'app:v1',
    built: new Map(),
    ...changes,
  };
}

export const someDigest = `sha256:${'0123456789abcdef'.repeat(4)}` as Digest;

/** The `ToolError` a promise rejects with; anything else fails the test. */
export async function toolErrorOf(promise: Promise<unknown>): Promise<ToolError> {
  const error: unknown = await promise.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  );
  if (error instanceof ToolError) return error;
  throw error;
}
