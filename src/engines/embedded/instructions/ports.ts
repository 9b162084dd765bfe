import { isIP } from 'node:net';
import { buildError } from '../failure.ts';

/**
 * Ports as image configs name them (`8080/tcp`), from the words of EXPOSE: `PORT`, `FIRST-LAST`, each with `/tcp`, `/udp`
 * or `/sctp`. As in Docker, `[IP:]HOST:PORT` is taken too, and only the last part counts.
 *
 * @throws {ToolError} `BUILD_USER_ERROR`.
 */
export function parsePorts(words: readonly string[]): readonly string[] {
  return words.flatMap(parsePort);
}

function parsePort(word: string): readonly string[] {
  const [rest, protocol = ''] = splitOnce(word, '/');
  const pieces = rest.split(':');
  const container = pieces.pop() ?? '';
  const host = pieces.pop();
  const address = pieces.join(':').replace(/^\[(.*)\]$/, '$1');
  const range = parseRange(container);
  const isProtocol = ['', 'tcp', 'udp', 'sctp'].includes(protocol.toLowerCase());
  const hostRange = host === undefined || host === '' ? undefined : (parseRange(host) ?? 'invalid');
  if (range === undefined || !isProtocol || hostRange === 'invalid' || (address !== '' && isIP(address) === 0)) {
    throw buildError(`invalid port "${word}" in EXPOSE`, 'Write ports as 8080, 8080/udp or 8000-8010');
  }
  const [first, last] = range;
  const name = protocol === '' ? 'tcp' : protocol.toLowerCase();
  return Array.from({ length: last - first + 1 }, (_, index) => `${first + index}/${name}`);
}

function parseRange(text: string): readonly [number, number] | undefined {
  const [, first = '', last = first] = /^(\d+)(?:-(\d+))?$/.exec(text) ?? [];
  if (first === '' || Number(last) > 65535 || Number(first) > Number(last)) return undefined;
  return [Number(first), Number(last)];
}

function splitOnce(text: string, separator: string): readonly [string, string?] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
