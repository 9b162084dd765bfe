/** What the lexer cuts a template into. `word` tokens are identifiers and keywords alike. */
export type TokenType =
  | 'error'
  | 'bool'
  | 'character'
  | 'character constant'
  | 'complex'
  | 'assign'
  | 'declare'
  | 'end of file'
  | 'field'
  | 'identifier'
  | 'left delimiter'
  | 'left parenthesis'
  | 'number'
  | 'pipe'
  | 'raw string'
  | 'right delimiter'
  | 'right parenthesis'
  | 'space'
  | 'string'
  | 'text'
  | 'variable'
  | 'dot'
  | 'nil'
  | Keyword;

/** Words that start or end an action's clause. */
export type Keyword = 'block' | 'break' | 'continue' | 'define' | 'else' | 'end' | 'if' | 'range' | 'template' | 'with';

export interface Token {
  readonly type: TokenType;
  readonly text: string;
  /** Where it starts, in UTF-16 code units. */
  readonly position: number;
  /** Its first line, counted from 1. */
  readonly line: number;
}

export const keywords: ReadonlySet<string> = new Set<Keyword>([
  'block',
  'break',
  'continue',
  'define',
  'else',
  'end',
  'if',
  'range',
  'template',
  'with',
]);

export const wordsWithOwnType: ReadonlySet<string> = new Set([...keywords, 'nil']);
