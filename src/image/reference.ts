import { ToolError } from '../core/errors.ts';
import type { Digest, ImageReference } from '../core/names.ts';
import { isDigest } from './digest.ts';

/**
 * Image references by the grammar of github.com/distribution/reference (v0.6): `[domain/]path[:tag][@digest]`.
 * The pieces are split by hand and checked one by one, so that an error can say which piece is wrong.
 */
const domainLabel = /^[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?$/;
const ipv6Host = /^\[[a-fA-F0-9:]+\]$/;
const pathComponent = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*$/;
const tagPattern = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;
const digestPattern = /^[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}$/;

/** Longest path (the name without its domain) that registries take. */
const longestPath = 255;

/** A reference cut at its separators, nothing checked. */
export interface ReferencePieces {
  readonly name: string;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

/** A name cut by the distribution library's rule for names that are not normalised. */
export interface NamePieces {
  /** First component when there are several and it could be a host; else empty. */
  readonly domain: string;
  readonly path: string;
}

/**
 * Cuts `name[:tag][@digest]` without checking the pieces. A colon belongs to the tag only after the last `/`,
 * before it stands for a port.
 */
export function splitReference(text: string): ReferencePieces {
  const at = text.indexOf('@');
  const digest = at < 0 ? undefined : text.slice(at + 1);
  const named = at < 0 ? text : text.slice(0, at);
  const colon = named.indexOf(':', named.lastIndexOf('/') + 1);
  if (colon < 0) return { name: named, tag: undefined, digest };
  return { name: named.slice(0, colon), tag: named.slice(colon + 1), digest };
}

/** Splits a valid name into domain and path, as `reference.Domain` and `reference.Path` do. */
export function splitName(name: string): NamePieces {
  const slash = name.indexOf('/');
  if (slash < 0 || !isDomain(name.slice(0, slash))) return { domain: '', path: name };
  return { domain: name.slice(0, slash), path: name.slice(slash + 1) };
}

function isDomain(text: string): boolean {
  const port = /:[0-9]+$/.exec(text);
  const host = port === null ? text : text.slice(0, port.index);
  if (host.startsWith('[')) return ipv6Host.test(host);
  return host.split('.').every((label) => domainLabel.test(label));
}

/**
 * Parses an image reference such as `nginx`, `localhost:5000/a/b:v1` or `r.io/x@sha256:…`.
 * `name` stays as written; `registry` and `repository` say where to ask for it: a name whose first component is no host
 * (no dot, no port, not `localhost`, no upper case) lives on Docker Hub, one-word names there below `library/`.
 *
 * @throws {ToolError} `REFERENCE_INVALID`, naming the piece that breaks the grammar. Digests other than sha256 and sha512
 * are refused too: nothing here could check them.
 */
export function parseReference(text: string): ImageReference {
  const { name, tag, digest } = splitReference(text);
  const problem = problemOfName(name) ?? problemOfTag(tag) ?? problemOfDigest(digest);
  if (problem !== undefined) throw invalid(text, problem);
  return {
    name,
    ...locate(name),
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest: digest as Digest }),
  };
}

function problemOfName(name: string): string | undefined {
  if (name === '') return 'the name is empty';
  const { path } = splitName(name);
  for (const component of path.split('/')) {
    if (pathComponent.test(component)) continue;
    if (component === '') return 'the name has an empty part between slashes';
    if (pathComponent.test(component.toLowerCase())) return `"${component}" must be lower-case`;
    return `"${component}" may hold only a-z, 0-9 and single separators (. _ __ -) between them`;
  }
  if (path.length > longestPath)
    return `the name has ${path.length} characters after the registry, at most ${longestPath} are allowed`;
  return undefined;
}

function problemOfTag(tag: string | undefined): string | undefined {
  if (tag === undefined || tagPattern.test(tag)) return undefined;
  if (tag === '') return 'the tag after ":" is empty';
  if (tag.length > 128) return `the tag has ${tag.length} characters, at most 128 are allowed`;
  return `the tag "${tag}" may hold only letters, digits, _, . and -, and cannot start with . or -`;
}

function problemOfDigest(digest: string | undefined): string | undefined {
  if (digest === undefined || isDigest(digest)) return undefined;
  if (!digestPattern.test(digest)) return `"${digest}" is not a digest (sha256: and 64 lower-case hex digits)`;
  return `the digest "${digest}" has an unknown algorithm or the wrong length`;
}

function invalid(text: string, problem: string): ToolError {
  return new ToolError('REFERENCE_INVALID', `"${text}" is not an image reference: ${problem}`, {
    suggestions: [{ code: 'CHECK_IMAGE_NAME', action: 'Write the image as [registry/]name[:tag][@sha256:digest]' }],
  });
}

/** Which registry serves a name, and as what: the rule of Docker's `ParseNormalizedNamed`. */
function locate(name: string): { readonly registry: string; readonly repository: string } {
  const slash = name.indexOf('/');
  const first = slash < 0 ? '' : name.slice(0, slash);
  const isHost = /[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase();
  const registry = isHost ? first : 'docker.io';
  const path = isHost ? name.slice(slash + 1) : name;
  if (registry !== 'docker.io' && registry !== 'index.docker.io') return { registry, repository: path };
  return { registry: 'index.docker.io', repository: path.includes('/') ? path : `library/${path}` };
}

/** The reference as text, name as it was written: the inverse of {@link parseReference}. */
export function formatReference(reference: ImageReference): string {
  const tag = reference.tag === undefined ? '' : `:${reference.tag}`;
  const digest = reference.digest === undefined ? '' : `@${reference.digest}`;
  return `${reference.name}${tag}${digest}`;
}

/** `tag@digest`; a digest that `tag` already carries is replaced, never doubled. */
export function withDigest(tag: string, digest: Digest): string {
  const at = tag.indexOf('@');
  return `${at < 0 ? tag : tag.slice(0, at)}@${digest}`;
}
