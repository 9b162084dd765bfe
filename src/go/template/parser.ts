import type { ListNode } from './nodes.ts';
import { describeToken, type TokenReader } from './token-reader.ts';
import type { Token, TokenType } from './tokens.ts';
import { GoFailure } from './values.ts';

/** What the functions that parse a template share. */
export interface Parser {
  readonly name: string;
  readonly tokens: TokenReader;
  readonly functions: ReadonlySet<string>;
  readonly trees: Map<string, ListNode>;
  /** Names that are declared where the parser is, `$` first. */
  variables: string[];
  rangeDepth: number;
  expressionDepth: number;
  /** Line of the action being parsed; 0 outside of one. */
  actionLine: number;
}

/** Fails with Go's message for a place: `template: NAME:LINE: …`. */
export function fail(parser: Parser, message: string): never {
  throw new GoFailure(`template: ${parser.name}:${parser.tokens.line()}: ${message}`);
}

/** Fails for a token that does not belong here, or with what the lexer found wrong. */
export function failUnexpected(parser: Parser, token: Token, context: string): never {
  if (token.type !== 'error') return fail(parser, `unexpected ${describeToken(token)} in ${context}`);
  if (parser.actionLine === 0 || parser.actionLine === token.line) return fail(parser, token.text);
  const started = `started at ${parser.name}:${parser.actionLine}`;
  return fail(parser, `${token.text}${token.text.endsWith(' action') ? ' ' : ' in action '}${started}`);
}

/** The next token, which must be of this type. */
export function expect(parser: Parser, type: TokenType, context: string): Token {
  const token = parser.tokens.nextNonSpace();
  return token.type === type ? token : failUnexpected(parser, token, context);
}
