import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import {
  type Answered,
  type Asked,
  type MemoryRegistry,
  memoryRegistry,
  type RegistryFeatures,
} from './memory-registry.ts';

/** Something that goes wrong with the next requests it fits. */
export interface Fault {
  readonly method?: string;
  /** A part of the path with its query. */
  readonly path?: string | RegExp;
  /** How often it strikes; once unless told otherwise. */
  readonly times?: number;
  /** How many requests that fit are let through first. */
  readonly after?: number;
  /** Milliseconds to wait first. */
  readonly delay?: number;
  /** Answers this instead of asking the registry. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Makes another answer of the registry's. */
  readonly change?: (answer: Answered) => Answered;
  /** Cuts the connection: while the request is received, before the answer, or after so many bytes of its body. */
  readonly cut?: 'receiving' | 'answering' | number;
  /** Never answers; or stops after so many bytes of the answer's body. */
  readonly hang?: true | number;
}

export type FaultAuthorization =
  | { readonly kind: 'basic'; readonly users: Readonly<Record<string, string>> }
  | {
      readonly kind: 'bearer';
      readonly users: Readonly<Record<string, string>>;
      /** Identity tokens that are as good as a password. */
      readonly identityTokens?: readonly string[];
      /** Where tokens come from; by default this server's `/token`. */
      readonly realm?: string;
      /** Who may do what without a name: scopes that anonymous tokens are given. */
      readonly anonymous?: RegExp;
      /** Scopes that no token is given. */
      readonly forbidden?: RegExp;
      readonly field?: 'token' | 'access_token';
      /** Whether POST is known; 404 otherwise. */
      readonly oauth?: boolean;
      readonly refreshToken?: string;
      readonly expiresIn?: number;
    };

export interface FaultRegistryOptions extends RegistryFeatures {
  readonly authorization?: FaultAuthorization;
  readonly tls?: { readonly key: string; readonly cert: string };
}

export interface LoggedRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly authorization: string | undefined;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

export interface FaultRegistry {
  /** `127.0.0.1:PORT`, as a reference names it. */
  readonly address: string;
  readonly origin: string;
  readonly memory: MemoryRegistry;
  readonly requests: LoggedRequest[];
  /** `METHOD /path` of every request so far, the query left out. */
  lines(): readonly string[];
  fault(fault: Fault): void;
  /** Makes every token worthless, as when it has expired. */
  revokeTokens(): void;
  /** Connections accepted so far. */
  connections(): number;
  close(): Promise<void>;
}

interface State {
  readonly options: FaultRegistryOptions;
  readonly memory: MemoryRegistry;
  readonly requests: LoggedRequest[];
  readonly faults: { readonly fault: Fault; seen: number }[];
  readonly tokens: Map<string, readonly string[]>;
  origin: string;
}

/** A registry on a free port, over plain HTTP unless given a certificate, that does what it is told to do wrong. */
export async function startFaultRegistry(options: FaultRegistryOptions = {}): Promise<FaultRegistry> {
  const state: State = {
    options,
    memory: memoryRegistry(options),
    requests: [],
    faults: [],
    tokens: new Map(),
    origin: '',
  };
  const listener: RequestListener = (incoming, outgoing) => void serve(state, incoming, outgoing);
  const server: Server = options.tls === undefined ? createServer(listener) : createSecureServer(options.tls, listener);
  let connections = 0;
  server.on('connection', () => {
    connections++;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  state.origin = `${options.tls === undefined ? 'http' : 'https'}://${address}`;
  return {
    address,
    origin: state.origin,
    memory: state.memory,
    requests: state.requests,
    lines: () => state.requests.map(({ method, url }) => `${method} ${url.split('?')[0]}`),
    fault: (fault) => void state.faults.push({ fault, seen: 0 }),
    revokeTokens: () => state.tokens.clear(),
    connections: () => connections,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

async function serve(state: State, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const fault = faultFor(state, incoming);
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of incoming as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      if (fault?.cut === 'receiving') incoming.socket.destroy();
    }
  } catch {
    return;
  }
  const asked = record(state, incoming, Buffer.concat(chunks));
  if (fault?.delay !== undefined) await setTimeout(fault.delay);
  if (fault?.cut === 'answering') return void incoming.socket.destroy();
  if (fault?.hang === true) return;
  send(answerTo(state, asked, fault), asked, fault, outgoing);
}

function faultFor(state: State, { method, url = '' }: IncomingMessage): Fault | undefined {
  for (const entry of state.faults) {
    const { path, after = 0, times = 1 } = entry.fault;
    if (entry.fault.method !== undefined && entry.fault.method !== method) continue;
    if (path !== undefined && !(typeof path === 'string' ? url.includes(path) : path.test(url))) continue;
    entry.seen++;
    if (entry.seen > after && entry.seen <= after + times) return entry.fault;
  }
  return undefined;
}

function record(state: State, { method = '', url = '', headers }: IncomingMessage, body: Buffer): Asked {
  const flat = headers as Record<string, string | undefined>;
  state.requests.push({ method, url, authorization: flat['authorization'], headers: flat, body: body.toString() });
  const { pathname, searchParams } = new URL(url, 'http://registry');
  return { method, path: pathname, query: searchParams, headers: flat, body };
}

function answerTo(state: State, asked: Asked, fault: Fault | undefined): Answered {
  if (fault?.status !== undefined)
    return { status: fault.status, headers: fault.headers ?? {}, body: Buffer.from(fault.body ?? '') };
  const answer =
    asked.path === '/token' ? issueToken(state, asked) : (refusal(state, asked) ?? state.memory.answer(asked));
  return fault?.change?.(answer) ?? answer;
}

function send(
  { status, headers, body }: Answered,
  asked: Asked,
  fault: Fault | undefined,
  outgoing: ServerResponse,
): void {
  const all = Object.entries({ 'content-length': String(body.length), ...headers });
  outgoing.writeHead(status, Object.fromEntries(all.filter(([, value]) => value !== '')));
  const stop = typeof fault?.cut === 'number' ? fault.cut : typeof fault?.hang === 'number' ? fault.hang : undefined;
  if (asked.method === 'HEAD') outgoing.end();
  else if (stop === undefined) outgoing.end(body);
  else outgoing.write(body.subarray(0, stop), () => typeof fault?.cut === 'number' && outgoing.socket?.destroy());
}

/** The 401 of a request that does not show what it needs to; undefined when it may pass. */
function refusal(state: State, asked: Asked): Answered | undefined {
  const { authorization } = state.options;
  if (authorization === undefined) return undefined;
  const header = asked.headers['authorization'] ?? '';
  if (authorization.kind === 'basic') {
    return isUser(header, authorization.users) ? undefined : unauthorized('Basic realm="tests, all of them"');
  }
  const scope = scopeOf(asked);
  const granted = state.tokens.get(header.replace(/^Bearer /, ''));
  if (granted !== undefined && (scope === '' || includes(granted, scope))) return undefined;
  const realm = authorization.realm ?? `${state.origin}/token`;
  return unauthorized(`Bearer realm="${realm}",service="tests"${scope === '' ? '' : `,scope="${scope}"`}`);
}

const unauthorized = (challenge: string): Answered => ({
  status: 401,
  headers: { 'www-authenticate': challenge },
  body: Buffer.alloc(0),
});

function isUser(header: string, users: Readonly<Record<string, string>>): boolean {
  const pair = Buffer.from(header.replace(/^Basic /, ''), 'base64').toString();
  return Object.entries(users).some(([name, password]) => pair === `${name}:${password}`);
}

function scopeOf({ path, method }: Asked): string {
  const name = /^\/v2\/(.+?)\/(?:blobs|manifests|tags|referrers)\//.exec(path)?.[1];
  const actions = method === 'GET' || method === 'HEAD' ? 'pull' : method === 'DELETE' ? 'delete' : 'pull,push';
  return name === undefined ? '' : `repository:${name}:${actions}`;
}

function includes(granted: readonly string[], scope: string): boolean {
  const [, name = '', actions = ''] = /^repository:(.+):([^:]+)$/.exec(scope) ?? [];
  const held = granted.flatMap((each) => {
    const match = /^repository:(.+):([^:]+)$/.exec(each);
    return match?.[1] === name ? (match[2] ?? '').split(',') : [];
  });
  return actions.split(',').every((action) => held.includes(action));
}

function issueToken(state: State, asked: Asked): Answered {
  const { authorization } = state.options;
  if (authorization?.kind !== 'bearer') return { status: 404, headers: {}, body: Buffer.alloc(0) };
  const form = new URLSearchParams(asked.body.toString());
  if (asked.method === 'POST' && authorization.oauth === false)
    return { status: 404, headers: {}, body: Buffer.alloc(0) };
  const header = asked.headers['authorization'];
  const identity = asked.method === 'POST' ? form.get('refresh_token') : null;
  const known =
    identity === null
      ? isUser(header ?? '', authorization.users)
      : (authorization.identityTokens ?? []).includes(identity);
  if (!known && (header !== undefined || identity !== null)) return unauthorized('Basic realm="tokens"');
  const scopes = asked.method === 'POST' ? (form.get('scope') ?? '').split(' ') : asked.query.getAll('scope');
  const granted = scopes.filter(
    (scope) =>
      (known || authorization.anonymous?.test(scope) === true) && authorization.forbidden?.test(scope) !== true,
  );
  const token = randomUUID();
  state.tokens.set(token, granted);
  const { expiresIn, refreshToken } = authorization;
  const content = { [authorization.field ?? 'token']: token, expires_in: expiresIn, refresh_token: refreshToken };
  return { status: 200, headers: { 'content-type': 'application/json' }, body: Buffer.from(JSON.stringify(content)) };
}
