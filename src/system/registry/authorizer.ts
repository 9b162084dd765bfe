import type { RegistryCredential } from '../../core/ports.ts';
import { type Challenge, parseChallenge } from './challenge.ts';
import type { Login, Occasion } from './failures.ts';
import type { Host } from './host.ts';
import { idleTimeout, type RegistryParts } from './parts.ts';
import { covers, mergeScopes, type Scope } from './scopes.ts';
import { basicAuthorization, fetchToken, isHeaderSafe, type Token } from './token.ts';

/** One request's need of authorization. */
export interface Need {
  readonly scopes: readonly Scope[];
  readonly base: URL;
  readonly occasion: Occasion;
  readonly signal: AbortSignal;
}

/** Knows who we are in one repository, and keeps its tokens. */
export interface Authorizer {
  /** The `Authorization` header to send from the start; undefined while the registry has not asked for any. */
  header(need: Need): Promise<string | undefined>;
  /** A header for the second try after a 401 to a request sent with `sent`; undefined when there is none to try. */
  answerTo(challenge: string | undefined, sent: string | undefined, need: Need): Promise<string | undefined>;
  /** A header to try where a registry that asked for nothing says no: some hide from strangers what they have. */
  reconsider(need: Need): Promise<string | undefined>;
  login(): Login;
  /** Takes the secrets of this repository out of a text. */
  redact(text: string): string;
}

interface State {
  readonly host: Host;
  readonly repository: string;
  readonly parts: RegistryParts;
  /** Looked up when first needed; undefined before that. */
  credential: Promise<RegistryCredential | undefined> | undefined;
  readonly secrets: Set<string>;
  readonly fetching: Map<string, Promise<Token>>;
  tokens: readonly Token[];
  /** Replaces the credential's identity token when the server hands out a newer one. */
  refreshToken: string | undefined;
  login: Login;
}

export function createAuthorizer(host: Host, repository: string, parts: RegistryParts): Authorizer {
  const state: State = {
    host,
    repository,
    parts,
    credential: undefined,
    secrets: new Set(),
    fetching: new Map(),
    tokens: [],
    refreshToken: undefined,
    login: 'anonymous',
  };
  return {
    header: (need) =>
      host.challenge === undefined ? Promise.resolve(undefined) : headerFor(state, host.challenge, need),
    answerTo: (challenge, sent, need) => answerTo(state, challenge, sent, need),
    reconsider: (need) => reconsider(state, need),
    login: () => state.login,
    redact: (text) => redact(state, text),
  };
}

async function headerFor(state: State, challenge: Challenge, need: Need): Promise<string | undefined> {
  const credential = await credentialOf(state, need.signal);
  const given = credential?.registryToken;
  if (given !== undefined && isHeaderSafe(given)) {
    state.login = 'sent';
    return `Bearer ${given}`;
  }
  if (challenge.scheme === 'bearer') return `Bearer ${(await tokenFor(state, challenge, need, credential)).value}`;
  const basic = basicAuthorization(credential);
  if (basic !== undefined) state.login = 'sent';
  return basic;
}

async function credentialOf(state: State, signal: AbortSignal): Promise<RegistryCredential | undefined> {
  state.credential ??= state.parts.credentials.get(state.host.registry, state.repository, signal);
  try {
    const credential = await state.credential;
    for (const secret of [credential?.password, credential?.identityToken, credential?.registryToken])
      keepSecret(state, secret);
    keepSecret(state, basicAuthorization(credential)?.slice('Basic '.length));
    return credential;
  } catch (error) {
    state.credential = undefined;
    throw error;
  }
}

function keepSecret(state: State, secret: string | undefined): void {
  if (secret !== undefined && secret !== '') state.secrets.add(secret);
}

function redact(state: State, text: string): string {
  return [...state.secrets].reduce((rest, secret) => rest.replaceAll(secret, '***'), text);
}

type Bearer = Extract<Challenge, { readonly scheme: 'bearer' }>;

/** A token at hand that is good for all scopes, or a new one; callers that need the same one share the request. */
async function tokenFor(
  state: State,
  challenge: Bearer,
  need: Need,
  credential: RegistryCredential | undefined,
): Promise<Token> {
  const now = state.parts.clock.monotonic();
  const usable = state.tokens.find((token) => token.expiresAt > now && covers(token.scopes, need.scopes));
  if (usable !== undefined) return usable;
  const key = need.scopes.join(' ');
  const fetching =
    state.fetching.get(key) ??
    fetchAndKeep(state, challenge, need, credential).finally(() => state.fetching.delete(key));
  state.fetching.set(key, fetching);
  return fetching;
}

async function fetchAndKeep(
  state: State,
  challenge: Bearer,
  need: Need,
  found: RegistryCredential | undefined,
): Promise<Token> {
  const { refreshToken, host, parts } = state;
  const credential = refreshToken === undefined ? found : { ...found, identityToken: refreshToken };
  const token = await fetchToken(parts, { ...need, challenge, credential, host });
  state.login = credential === undefined ? 'anonymous' : 'accepted';
  state.refreshToken = token.refreshToken ?? refreshToken;
  keepSecret(state, token.value);
  keepSecret(state, token.refreshToken);
  state.tokens = [token, ...state.tokens];
  return token;
}

/** Refreshes once, with the scope the registry names in front; a token that another request fetched meanwhile is used instead. */
async function answerTo(
  state: State,
  header: string | undefined,
  sent: string | undefined,
  need: Need,
): Promise<string | undefined> {
  const challenge = parseChallenge(header ?? '') ?? state.host.challenge;
  if (challenge === undefined) return undefined;
  state.host.challenge = challenge;
  state.tokens = state.tokens.filter((token) => `Bearer ${token.value}` !== sent);
  const scopes = challenge.scheme === 'bearer' ? mergeScopes(challenge.scope, need.scopes) : need.scopes;
  const next = await headerFor(state, challenge, { ...need, scopes });
  return next === sent ? undefined : next;
}

/**
 * With a credential at hand, asks `/v2/` what the registry wants; one that wants nothing is given the user name and password
 * all the same, as Docker does. A credential that cannot be had is no reason to fail: nobody has asked for one.
 */
async function reconsider(state: State, need: Need): Promise<string | undefined> {
  const { host, parts } = state;
  const credential = await credentialOf(state, need.signal).catch(() => undefined);
  if (credential === undefined || host.challenge !== undefined) return undefined;
  const url = new URL('v2/', need.base);
  const answer = await parts.http.request({
    method: 'GET',
    url: url.href,
    signal: need.signal,
    insecure: host.skipsVerification(url),
    ...idleTimeout(parts),
  });
  answer.discard();
  host.challenge = (answer.status === 401 ? parseChallenge(answer.headers['www-authenticate'] ?? '') : undefined) ?? {
    scheme: 'basic',
  };
  return headerFor(state, host.challenge, need);
}
