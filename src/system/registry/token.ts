import { ToolError } from '../../core/errors.ts';
import type { HttpRequest, HttpResponse, RegistryCredential } from '../../core/ports.ts';
import { parseObject, readBody } from './body.ts';
import type { Challenge } from './challenge.ts';
import { failureOf, loginSuggestions, type Occasion } from './failures.ts';
import type { Host } from './host.ts';
import { idleTimeout, type RegistryParts } from './parts.ts';
import { retrying } from './retry.ts';
import type { Scope } from './scopes.ts';
import { checkForeign, resolveTarget } from './target.ts';

/** A bearer token and what it is good for. */
export interface Token {
  readonly value: string;
  readonly scopes: readonly Scope[];
  /** On the clock's monotonic scale, a little before the registry's own idea. */
  readonly expiresAt: number;
  /** A token to get further ones with, when the server gave one. */
  readonly refreshToken: string | undefined;
}

export interface TokenRequest {
  readonly challenge: Extract<Challenge, { readonly scheme: 'bearer' }>;
  readonly scopes: readonly Scope[];
  readonly credential: RegistryCredential | undefined;
  readonly host: Host;
  readonly base: URL;
  readonly occasion: Occasion;
  readonly signal: AbortSignal;
}

/** The name the OAuth form wants the asking program to give itself. */
const clientId = 'slipway';

/**
 * Gets a token from the server a challenge names (distribution's "Token Authentication" and "OAuth 2" specifications): an identity
 * token is exchanged by POST, by GET where the server knows no POST; everything else is a GET, with a user name and password or without.
 *
 * @throws {ToolError} `REGISTRY_UNAUTHORIZED` when the credential is refused, `REGISTRY_PROTOCOL` for an answer that holds no token
 * or a realm that may not be asked.
 */
export async function fetchToken(parts: RegistryParts, request: TokenRequest): Promise<Token> {
  const realm = realmOf(request);
  return retrying(parts, request.signal, async () => {
    const answer = await ask(parts, request, realm);
    if (answer.status !== 200) throw await refusal(answer, request);
    return readToken(answer, request, parts);
  });
}

/** The token server's URL. It is sent credentials, so a registry may not name just any. */
function realmOf({ challenge, base, host }: TokenRequest): URL {
  const realm = URL.canParse(challenge.realm, base.href) ? new URL(challenge.realm, base) : undefined;
  if (realm === undefined)
    throw new ToolError('REGISTRY_PROTOCOL', `the registry ${host.registry} names a token server that is not a URL`);
  checkForeign(realm, base, host, 'sends');
  return realm;
}

async function ask(parts: RegistryParts, request: TokenRequest, realm: URL): Promise<HttpResponse> {
  const identityToken = request.credential?.identityToken;
  if (identityToken === undefined) return get(parts, request, realm);
  const answer = await post(parts, request, realm, identityToken);
  if (answer.status !== 404 && answer.status !== 405) return answer;
  answer.discard();
  return get(parts, request, realm);
}

function post(parts: RegistryParts, request: TokenRequest, realm: URL, identityToken: string): Promise<HttpResponse> {
  const form = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: identityToken, client_id: clientId });
  form.set('service', request.challenge.service ?? '');
  form.set('scope', request.scopes.join(' '));
  return parts.http.request({
    ...common(parts, request, realm),
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: Buffer.from(form.toString()),
  });
}

async function get(parts: RegistryParts, request: TokenRequest, realm: URL): Promise<HttpResponse> {
  const url = new URL(realm);
  if (request.challenge.service !== undefined) url.searchParams.set('service', request.challenge.service);
  for (const scope of request.scopes) url.searchParams.append('scope', scope);
  const basic = basicAuthorization(request.credential);
  const headers = basic === undefined ? {} : { authorization: basic };
  const answer = await parts.http.request({ ...common(parts, request, url), method: 'GET', headers });
  return followOnce(parts, request, realm, url, answer);
}

/** One redirect is followed: with the credential on the same host, without it elsewhere. */
async function followOnce(
  parts: RegistryParts,
  request: TokenRequest,
  realm: URL,
  asked: URL,
  answer: HttpResponse,
): Promise<HttpResponse> {
  const location = answer.headers['location'];
  if (answer.status < 300 || answer.status >= 400 || location === undefined) return answer;
  answer.discard();
  const { url, own } = resolveTarget(location, asked, realm, request.host);
  const basic = own ? basicAuthorization(request.credential) : undefined;
  return parts.http.request({
    ...common(parts, request, url),
    method: 'GET',
    headers: basic === undefined ? {} : { authorization: basic },
  });
}

function common(parts: RegistryParts, { signal, host }: TokenRequest, url: URL): CommonOptions {
  return { signal, url: url.href, insecure: host.skipsVerification(url), ...idleTimeout(parts) };
}

type CommonOptions = Pick<HttpRequest, 'url' | 'signal' | 'insecure' | 'idleTimeoutMilliseconds'>;

/** `Basic …` for a user name and password, or undefined where there are none. */
export function basicAuthorization(credential: RegistryCredential | undefined): string | undefined {
  if (credential?.username === undefined || credential.password === undefined) return undefined;
  return `Basic ${Buffer.from(`${credential.username}:${credential.password}`).toString('base64')}`;
}

/** A token server that says 400, 401 or 403 does not like the credential; only the registry itself says what it allows. */
async function refusal(answer: HttpResponse, { occasion, credential, host }: TokenRequest): Promise<ToolError> {
  const sent = credential === undefined ? ('anonymous' as const) : ('sent' as const);
  const known = { ...occasion, login: sent };
  if (![400, 401, 403].includes(answer.status))
    return failureOf(answer, { ...known, action: `${occasion.action}: no token for it` });
  answer.discard();
  const reason =
    credential === undefined
      ? `${host.registry} asks for a login`
      : `${host.registry} refused the user name or password`;
  return new ToolError('REGISTRY_UNAUTHORIZED', `cannot ${occasion.action}: ${reason}`, {
    suggestions: loginSuggestions(known),
  });
}

/** Tokens that do not say how long they last do for a minute; none is used in its last tenth. */
const shortestLife = 60;

async function readToken(answer: HttpResponse, request: TokenRequest, parts: RegistryParts): Promise<Token> {
  const body = parseObject(await readBody(answer, 64 * 1024, `the token for ${request.host.registry}`));
  const value = body?.['token'] || body?.['access_token'];
  if (typeof value !== 'string' || !isHeaderSafe(value)) {
    throw new ToolError(
      'REGISTRY_PROTOCOL',
      `cannot ${request.occasion.action}: the token server of ${request.host.registry} sent no token`,
    );
  }
  const { expires_in: life, refresh_token: refreshToken } = body ?? {};
  const seconds = typeof life === 'number' ? Math.max(life, shortestLife) : shortestLife;
  return {
    value,
    scopes: request.scopes,
    expiresAt: parts.clock.monotonic() + seconds * 900,
    refreshToken: typeof refreshToken === 'string' && refreshToken !== '' ? refreshToken : undefined,
  };
}

/** Whether a text can stand in a header without becoming more than a value. */
export function isHeaderSafe(text: string): boolean {
  return /^[\x21-\x7e]+$/.test(text);
}
