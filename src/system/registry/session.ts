import { ToolError } from '../../core/errors.ts';
import type { Repository } from '../../core/names.ts';
import type { HttpResponse } from '../../core/ports.ts';
import { createAuthorizer, type Need } from './authorizer.ts';
import { failureOf, type Occasion } from './failures.ts';
import type { Host } from './host.ts';
import { idleTimeout, type RegistryParts } from './parts.ts';
import { retrying } from './retry.ts';
import { type Access, scopeFor } from './scopes.ts';
import { resolveTarget, type Target } from './target.ts';

/** One request to a repository. */
export interface Call {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** A path below `/v2/REPOSITORY/`, or the URL a `Location` or `Link` header gave. */
  readonly to: string | URL;
  /** Completes `cannot …` in errors. */
  readonly action: string;
  readonly access: Access;
  /** Other repositories that are read from, for a mount. */
  readonly alsoPull?: readonly string[];
  /** Statuses that are an answer; every other one is thrown as an error. */
  readonly accept: readonly number[];
  readonly headers?: Readonly<Record<string, string>>;
  /** Called again for each try. */
  readonly body?: () => Uint8Array | AsyncIterable<Uint8Array>;
  readonly signal: AbortSignal;
  /** The registry may be busy for minutes before it answers, as when it puts a large blob in its place. */
  readonly slow?: boolean;
}

/** A response, and the URL that gave it, which its own relative URLs start from. */
export interface Answer extends HttpResponse {
  readonly url: URL;
}

/** Requests to one repository, with authorization. */
export interface Session {
  readonly repository: Repository;
  readonly host: Host;
  readonly parts: RegistryParts;
  /** One try. Throws a `TemporaryError` where another may help. */
  once(call: Call): Promise<Answer>;
  /** Up to three tries; for calls that change nothing or can be repeated as they are. */
  request(call: Call): Promise<Answer>;
  /** Makes the URL of a header absolute; see {@link resolveTarget}. */
  resolve(location: string, asked: URL, signal: AbortSignal): Promise<URL>;
}

export function createSession(host: Host, repository: Repository, parts: RegistryParts): Session {
  const authorizer = createAuthorizer(host, repository.repository, parts);
  const state: State = { host, repository, parts, authorizer };
  const once = (call: Call): Promise<Answer> => sendOnce(state, call);
  return {
    repository,
    host,
    parts,
    once,
    request: (call) => retrying(parts, call.signal, () => once(call)),
    resolve: async (location, asked, signal) => resolveTarget(location, asked, await host.base(signal), host).url,
  };
}

interface State {
  readonly host: Host;
  readonly repository: Repository;
  readonly parts: RegistryParts;
  readonly authorizer: ReturnType<typeof createAuthorizer>;
}

async function sendOnce(state: State, call: Call): Promise<Answer> {
  const base = await state.host.base(call.signal);
  const need: Need = { scopes: scopesOf(state, call), base, occasion: occasionOf(state, call), signal: call.signal };
  const answer = await sendAuthorized(state, call, need, targetOf(state, call, base));
  if (call.accept.includes(answer.status)) return answer;
  throw await failureOf(answer, occasionOf(state, call));
}

function scopesOf({ repository }: State, call: Call): readonly string[] {
  const others = (call.alsoPull ?? []).map((name) => scopeFor(name, 'pull'));
  return [scopeFor(repository.repository, call.access), ...others];
}

function occasionOf({ repository, authorizer, parts }: State, { action, access }: Call): Occasion {
  return {
    action,
    access,
    ...repository,
    login: authorizer.login(),
    redact: authorizer.redact,
    now: parts.clock.now(),
  };
}

function targetOf({ repository, host }: State, { to }: Call, base: URL): Target {
  if (to instanceof URL) return resolveTarget(to.href, base, base, host);
  return { url: new URL(`v2/${repository.repository}/${to}`, base), own: true };
}

/** Sends with what authorization is known, and once more when the registry asks for other. */
async function sendAuthorized(state: State, call: Call, need: Need, target: Target): Promise<Answer> {
  if (!target.own) return follow(state, call, need, target, undefined);
  const { authorizer, host } = state;
  const sent = await authorizer.header(need);
  const answer = await follow(state, call, need, target, sent);
  const next = await secondHeader();
  if (next === undefined) return answer;
  answer.discard();
  return follow(state, call, need, target, next);

  async function secondHeader(): Promise<string | undefined> {
    if (answer.status === 401) return authorizer.answerTo(answer.headers['www-authenticate'], sent, need);
    const hidden = (answer.status === 403 || answer.status === 404) && host.challenge === undefined;
    return hidden ? authorizer.reconsider(need) : undefined;
  }
}

const mostRedirects = 5;

/** Sends a request; reads are followed to where the registry keeps its content. Only the registry itself sees the header. */
async function follow(
  state: State,
  call: Call,
  need: Need,
  target: Target,
  header: string | undefined,
): Promise<Answer> {
  let current = target;
  for (let hop = 0; hop <= mostRedirects; hop++) {
    const answer = await send(state, call, current, header);
    const location = answer.headers['location'];
    if (![301, 302, 303, 307, 308].includes(answer.status) || location === undefined) return answer;
    answer.discard();
    if (call.method !== 'GET' && call.method !== 'HEAD') break;
    current = resolveTarget(location, current.url, need.base, state.host);
  }
  throw new ToolError(
    'REGISTRY_PROTOCOL',
    `cannot ${call.action}: the registry ${state.host.registry} redirects the request, which cannot be followed`,
  );
}

async function send(
  { parts, host }: State,
  call: Call,
  { url, own }: Target,
  header: string | undefined,
): Promise<Answer> {
  const authorization: Readonly<Record<string, string>> = own && header !== undefined ? { authorization: header } : {};
  const timeout =
    call.slow === true
      ? { idleTimeoutMilliseconds: 5 * (parts.idleTimeoutMilliseconds ?? 60_000) }
      : idleTimeout(parts);
  const response = await parts.http.request({
    method: call.method,
    url: url.href,
    headers: { 'user-agent': 'slipway', ...call.headers, ...authorization },
    ...(call.body === undefined ? {} : { body: call.body() }),
    signal: call.signal,
    insecure: host.skipsVerification(url),
    ...timeout,
  });
  return { ...response, url };
}
