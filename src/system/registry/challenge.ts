/** How a registry wants to be told who asks (RFC 9110, 11.6.1; distribution's token specification). */
export type Challenge =
  | { readonly scheme: 'basic' }
  | {
      readonly scheme: 'bearer';
      readonly realm: string;
      readonly service: string | undefined;
      readonly scope: string | undefined;
    };

interface RawChallenge {
  readonly scheme: string;
  readonly parameters: Record<string, string>;
}

/** The first Basic or usable Bearer challenge of `WWW-Authenticate` headers (joined by commas), or undefined. */
export function parseChallenge(header: string): Challenge | undefined {
  for (const { scheme, parameters } of splitChallenges(header)) {
    if (scheme === 'basic') return { scheme };
    const { realm, service, scope } = parameters;
    if (scheme === 'bearer' && realm !== undefined) return { scheme, realm, service, scope };
  }
  return undefined;
}

/** `key=value`, `key="quoted value"`, or the name of a scheme. */
const piece = /\s*,?\s*([!#$%&'*+.^_`|~\w-]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*)))?/y;

function splitChallenges(header: string): readonly RawChallenge[] {
  const found: RawChallenge[] = [];
  piece.lastIndex = 0;
  for (let match = piece.exec(header); match !== null; match = piece.exec(header)) {
    const [, name = '', quoted, plain] = match;
    if (quoted === undefined && plain === undefined) found.push({ scheme: name.toLowerCase(), parameters: {} });
    else addParameter(found.at(-1), name, quoted?.replace(/\\(.)/g, '$1') ?? plain ?? '');
  }
  return found;
}

function addParameter(challenge: RawChallenge | undefined, name: string, value: string): void {
  if (challenge !== undefined) challenge.parameters[name.toLowerCase()] ??= value;
}
