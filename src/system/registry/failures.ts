import { type ErrorCode, type Suggestion, ToolError, type ToolErrorDetails } from '../../core/errors.ts';
import type { HttpResponse } from '../../core/ports.ts';
import { isDockerHub } from '../docker-hub.ts';
import { parseObject, readBody } from './body.ts';
import { isTemporaryAnswer, parseRetryAfter, TemporaryError } from './retry.ts';
import type { Access } from './scopes.ts';

/** How far a request's credentials got. */
export type Login =
  /** None were there to send. */
  | 'anonymous'
  /** They were sent, and nobody has said they are right. */
  | 'sent'
  /** A token server took them. */
  | 'accepted';

/** What an error says of the request that failed. */
export interface Occasion {
  /** Completes `cannot …`: `push the manifest of localhost:5000/app:v1`. */
  readonly action: string;
  readonly registry: string;
  readonly repository: string;
  readonly access: Access;
  readonly login: Login;
  /** Takes passwords and tokens out of a text the registry wrote. */
  readonly redact: (text: string) => string;
  readonly now: Date;
}

/** What a registry says is wrong: the first of `errors` (distribution specification, "Error Codes"). */
interface Complaint {
  readonly code: string | undefined;
  readonly message: string | undefined;
}

/** Turns an answer nobody wanted into an error: a `TemporaryError` where trying again can help. Reads the body. */
export async function failureOf(answer: HttpResponse, occasion: Occasion): Promise<ToolError> {
  const complaint = await complaintOf(answer, occasion);
  const said = [complaint.code, complaint.message].filter((text) => text !== undefined && text !== '').join(': ');
  const message = `cannot ${occasion.action}: the registry answered ${answer.status}${said === '' ? '' : ` (${said})`}`;
  if (isTemporaryAnswer(answer.status, complaint.code)) {
    const details = { suggestions: temporarySuggestions(answer.status, occasion) };
    const code = complaint.code === 'DIGEST_INVALID' ? 'DIGEST_MISMATCH' : 'REGISTRY_UNREACHABLE';
    return new TemporaryError(code, message, details, parseRetryAfter(answer.headers['retry-after'], occasion.now));
  }
  const [code, details] = classify(answer.status, occasion);
  return new ToolError(code, message, details);
}

async function complaintOf(answer: HttpResponse, occasion: Occasion): Promise<Complaint> {
  const body = await readBody(answer, 64 * 1024, 'the error').catch(() => new Uint8Array());
  const errors = parseObject(body)?.['errors'];
  const first: unknown = Array.isArray(errors) ? errors[0] : undefined;
  if (typeof first !== 'object' || first === null) return { code: undefined, message: undefined };
  const { code, message } = first as { readonly code?: unknown; readonly message?: unknown };
  return { code: tidy(code, 60, occasion), message: tidy(message, 200, occasion) };
}

/** A registry's text on one line, of bearable length, without what could be a secret or a terminal's control sequence. */
function tidy(text: unknown, longest: number, occasion: Occasion): string | undefined {
  if (typeof text !== 'string') return undefined;
  const line = occasion
    .redact(text)
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim();
  return line.length > longest ? `${line.slice(0, longest)}…` : line;
}

function classify(status: number, occasion: Occasion): readonly [ErrorCode, ToolErrorDetails] {
  if (status === 401 && occasion.login !== 'accepted')
    return ['REGISTRY_UNAUTHORIZED', { suggestions: loginSuggestions(occasion) }];
  if (status === 401 || status === 403) return ['REGISTRY_DENIED', { suggestions: denialSuggestions(occasion) }];
  if (status === 404) return ['REGISTRY_NOT_FOUND', { suggestions: [checkName(occasion)] }];
  return [
    'REGISTRY_PROTOCOL',
    { suggestions: [{ code: 'CHECK_REGISTRY', action: `Look at the logs of ${occasion.registry}` }] },
  ];
}

function checkName({ registry, repository }: Occasion): Suggestion {
  return { code: 'CHECK_IMAGE_NAME', action: `Check that ${registry}/${repository} exists, and its spelling` };
}

function login({ registry }: Occasion): string {
  return isDockerHub(registry) ? 'docker login' : `docker login ${registry}`;
}

/** What to do when a registry wants to know who asks, or does not believe it. */
export function loginSuggestions(occasion: Occasion): readonly Suggestion[] {
  const again = occasion.login === 'anonymous' ? 'Log in' : 'Check the user name and password: log in again';
  return [{ code: 'DOCKER_AUTH_CONFIGURE', action: `${again} with "${login(occasion)}"` }];
}

function denialSuggestions(occasion: Occasion): readonly Suggestion[] {
  const { registry, repository, access } = occasion;
  const who = occasion.login === 'anonymous' ? loginSuggestions(occasion) : [];
  const may = {
    code: 'CHECK_REGISTRY_ACCESS',
    action: `Check that your account may ${access} ${access === 'push' ? 'to' : 'from'} ${registry}/${repository}`,
  };
  const where = {
    code: 'CHECK_DEFAULT_REPO',
    action: 'Check the value of --default-repo, or set it to a repository you may push to',
  };
  return access === 'push' ? [...who, may, where] : [...who, may];
}

function temporarySuggestions(status: number, occasion: Occasion): readonly Suggestion[] {
  const wait = {
    code: 'RETRY',
    action:
      status === 429
        ? 'Wait a while and try again'
        : `Try again, and look at the logs of ${occasion.registry} if it goes on`,
  };
  return status === 429 && occasion.login === 'anonymous' ? [wait, ...loginSuggestions(occasion)] : [wait];
}
