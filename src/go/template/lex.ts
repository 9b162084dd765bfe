import { quote } from './quote.ts';
import { type Token, type TokenType, wordsWithOwnType } from './tokens.ts';

const leftDelimiter = '{{';
const rightDelimiter = '}}';
const letterOrDigit = /[\p{L}\p{Nd}_]/u;

/** What is being read. `start` is where the token under way began; `line` is that of `start`. */
interface Lexer {
  readonly text: string;
  readonly tokens: Token[];
  /** Names that would be keywords but are functions here. */
  readonly functions: ReadonlySet<string>;
  start: number;
  position: number;
  line: number;
  depth: number;
}

/**
 * Cuts a template into tokens by the rules of Go's text/template (1.26), trim markers and comments already dealt with. The last token
 * is the end of the file, or an error whose text says what is wrong.
 *
 * @param functions names that can be called; `break` and `continue` are keywords only when they are not among them.
 */
export function lex(text: string, functions: ReadonlySet<string>): readonly Token[] {
  const lexer: Lexer = { text, tokens: [], functions, start: 0, position: 0, line: 1, depth: 0 };
  while (lexText(lexer) && lexAction(lexer));
  return lexer.tokens;
}

function emit(lexer: Lexer, type: TokenType): true {
  lexer.tokens.push({
    type,
    text: lexer.text.slice(lexer.start, lexer.position),
    position: lexer.start,
    line: lexer.line,
  });
  skip(lexer);
  return true;
}

/** Leaves out everything up to the position. */
function skip(lexer: Lexer): void {
  for (let index = lexer.start; index < lexer.position; index++) if (lexer.text[index] === '\n') lexer.line++;
  lexer.start = lexer.position;
}

function fail(lexer: Lexer, message: string): false {
  lexer.tokens.push({ type: 'error', text: message, position: lexer.start, line: lexer.line });
  return false;
}

const isSpace = (character: string | undefined): boolean =>
  character !== undefined && ' \t\r\n'.includes(character) && character !== '';
const at = (lexer: Lexer, offset: number = 0): string => lexer.text[lexer.position + offset] ?? '';
const startsWith = (lexer: Lexer, what: string): boolean => lexer.text.startsWith(what, lexer.position);
const atRightTrim = (lexer: Lexer): boolean =>
  isSpace(at(lexer)) && at(lexer, 1) === '-' && lexer.text.startsWith(rightDelimiter, lexer.position + 2);

/** The whole character at the position, surrogate pairs together. */
function character(lexer: Lexer): string {
  const code = lexer.text.codePointAt(lexer.position);
  return code === undefined ? '' : String.fromCodePoint(code);
}

/** Text up to an action. False at the end of the template. */
function lexText(lexer: Lexer): boolean {
  for (;;) {
    const found = lexer.text.indexOf(leftDelimiter, lexer.position);
    const end = found < 0 ? lexer.text.length : found;
    const trims = found >= 0 && /^-[ \t\r\n]/.test(lexer.text.slice(end + 2, end + 4));
    const kept = trims ? lexer.text.slice(lexer.start, end).replace(/[ \t\r\n]+$/, '').length : end - lexer.start;
    lexer.position = lexer.start + kept;
    if (kept > 0) emit(lexer, 'text');
    lexer.position = end;
    skip(lexer);
    if (found < 0) {
      emit(lexer, 'end of file');
      return false;
    }
    const comment = trims ? 4 : 2;
    if (!lexer.text.startsWith('/*', end + comment)) return lexLeftDelimiter(lexer, comment);
    lexer.position += comment;
    skip(lexer);
    if (!lexComment(lexer)) return false;
  }
}

function lexLeftDelimiter(lexer: Lexer, length: number): true {
  lexer.position += leftDelimiter.length;
  emit(lexer, 'left delimiter');
  lexer.position += length - leftDelimiter.length;
  skip(lexer);
  lexer.depth = 0;
  return true;
}

function lexComment(lexer: Lexer): boolean {
  const end = lexer.text.indexOf('*/', lexer.position + 2);
  if (end < 0) return fail(lexer, 'unclosed comment');
  lexer.position = end + 2;
  const trims = atRightTrim(lexer);
  if (!trims && !startsWith(lexer, rightDelimiter)) return fail(lexer, 'comment ends before closing delimiter');
  lexer.position += rightDelimiter.length + (trims ? 2 : 0);
  if (trims) skipSpace(lexer);
  skip(lexer);
  return true;
}

function skipSpace(lexer: Lexer): void {
  while (isSpace(at(lexer))) lexer.position++;
}

/** The tokens of one action, its closing delimiter included. False after an error. */
function lexAction(lexer: Lexer): boolean {
  for (;;) {
    const trims = atRightTrim(lexer);
    if (trims || startsWith(lexer, rightDelimiter)) {
      if (lexer.depth > 0) return fail(lexer, 'unclosed left paren');
      return lexRightDelimiter(lexer, trims);
    }
    if (!lexInside(lexer)) return false;
  }
}

function lexRightDelimiter(lexer: Lexer, trims: boolean): true {
  lexer.position += trims ? 2 : 0;
  skip(lexer);
  lexer.position += rightDelimiter.length;
  emit(lexer, 'right delimiter');
  if (trims) skipSpace(lexer);
  skip(lexer);
  return true;
}

const singleCharacters: Readonly<Record<string, TokenType>> = { '=': 'assign', '|': 'pipe' };

/** One token within an action. */
function lexInside(lexer: Lexer): boolean {
  const first = character(lexer);
  if (first === '') return fail(lexer, 'unclosed action');
  if (isSpace(first)) return lexSpace(lexer);
  const single = singleCharacters[first];
  if (single !== undefined) return take(lexer, 1, single);
  if (first === ':') return at(lexer, 1) === '=' ? take(lexer, 2, 'declare') : fail(lexer, 'expected :=');
  if (first === '"') return lexQuoted(lexer, '"', 'string', 'unterminated quoted string');
  if (first === "'") return lexQuoted(lexer, "'", 'character constant', 'unterminated character constant');
  if (first === '`') return lexRawString(lexer);
  if (first === '$') return lexName(lexer, 'variable');
  if (first === '.' && !/\d/.test(at(lexer, 1))) return lexName(lexer, 'field');
  if (/[.+\-\d]/.test(first)) return lexNumber(lexer);
  if (letterOrDigit.test(first)) return lexWord(lexer);
  return lexOther(lexer, first);
}

function take(lexer: Lexer, length: number, type: TokenType): true {
  lexer.position += length;
  return emit(lexer, type);
}

/** Parentheses, and printable ASCII such as a comma; anything else is an error. */
function lexOther(lexer: Lexer, first: string): boolean {
  if (first === '(') {
    lexer.depth++;
    return take(lexer, 1, 'left parenthesis');
  }
  if (first === ')') {
    lexer.depth--;
    return lexer.depth < 0 ? fail(lexer, 'unexpected right paren') : take(lexer, 1, 'right parenthesis');
  }
  if (/^[!-~]$/.test(first)) return take(lexer, 1, 'character');
  return fail(lexer, `unrecognized character in action: ${nameCharacter(first)}`);
}

/** A character as Go's `%#U` writes it. */
function nameCharacter(text: string): string {
  const code = (text.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u.test(text) ? `U+${code} '${text}'` : `U+${code}`;
}

/** Blanks, up to one that belongs to a trim marker. */
function lexSpace(lexer: Lexer): true {
  while (isSpace(at(lexer)) && !(atRightTrim(lexer) && lexer.position > lexer.start)) lexer.position++;
  return emit(lexer, 'space');
}

function lexQuoted(lexer: Lexer, mark: string, type: TokenType, problem: string): boolean {
  for (let index = lexer.position + 1; index < lexer.text.length; index++) {
    if (lexer.text[index] === '\n') break;
    if (lexer.text[index] === '\\') {
      index++;
      if (lexer.text[index] === '\n') break;
    } else if (lexer.text[index] === mark) {
      lexer.position = index + 1;
      return emit(lexer, type);
    }
  }
  return fail(lexer, problem);
}

function lexRawString(lexer: Lexer): boolean {
  const end = lexer.text.indexOf('`', lexer.position + 1);
  if (end < 0) return fail(lexer, 'unterminated raw quoted string');
  lexer.position = end + 1;
  return emit(lexer, 'raw string');
}

function takeLetters(lexer: Lexer): void {
  for (let next = character(lexer); next !== '' && letterOrDigit.test(next); next = character(lexer))
    lexer.position += next.length;
}

/** Whether a name may end here: at a blank, punctuation that can follow it, or the end. */
function atTerminator(lexer: Lexer): boolean {
  const next = at(lexer);
  return next === '' || isSpace(next) || '.,|:)('.includes(next) || startsWith(lexer, rightDelimiter);
}

/** `.name` and `$name`; the mark alone is the dot or the root variable. */
function lexName(lexer: Lexer, type: 'field' | 'variable'): boolean {
  lexer.position++;
  if (atTerminator(lexer)) return emit(lexer, type === 'variable' ? 'variable' : 'dot');
  takeLetters(lexer);
  return atTerminator(lexer) ? emit(lexer, type) : fail(lexer, `bad character ${nameCharacter(character(lexer))}`);
}

function lexWord(lexer: Lexer): boolean {
  takeLetters(lexer);
  if (!atTerminator(lexer)) return fail(lexer, `bad character ${nameCharacter(character(lexer))}`);
  const word = lexer.text.slice(lexer.start, lexer.position);
  if (word === 'true' || word === 'false') return emit(lexer, 'bool');
  const overridden = (word === 'break' || word === 'continue') && lexer.functions.has(word);
  return emit(lexer, wordsWithOwnType.has(word) && !overridden ? (word as TokenType) : 'identifier');
}

const numberPattern =
  /[+-]?(?:0[xX][0-9a-fA-F_]*(?:\.[0-9a-fA-F_]*)?(?:[pP][+-]?[0-9_]*)?|0[oO][0-7_]*(?:\.[0-7_]*)?|0[bB][01_]*(?:\.[01_]*)?|[0-9_]*(?:\.[0-9_]*)?(?:[eE][+-]?[0-9_]*)?)i?/y;

/** A number, or two that make a complex one. Whether it means anything is found out later. */
function lexNumber(lexer: Lexer): boolean {
  if (!takeNumber(lexer)) return failNumber(lexer);
  if (at(lexer) !== '+' && at(lexer) !== '-') return emit(lexer, 'number');
  return takeNumber(lexer) && lexer.text[lexer.position - 1] === 'i' ? emit(lexer, 'complex') : failNumber(lexer);
}

/** Takes what looks like a number; false when letters follow, of which one is taken as well. */
function takeNumber(lexer: Lexer): boolean {
  numberPattern.lastIndex = lexer.position;
  lexer.position += numberPattern.exec(lexer.text)?.[0].length ?? 0;
  const next = character(lexer);
  if (next === '' || !letterOrDigit.test(next)) return true;
  lexer.position += next.length;
  return false;
}

function failNumber(lexer: Lexer): false {
  return fail(lexer, `bad number syntax: ${quote(lexer.text.slice(lexer.start, lexer.position))}`);
}
