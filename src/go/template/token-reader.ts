import { quote } from './quote.ts';
import { keywords, type Token } from './tokens.ts';

/** Hands out tokens one by one and takes up to three back. */
export interface TokenReader {
  /** Line of the token that was read last from the lexer, taken back or not: the one Go reports. */
  line(): number;
  next(): Token;
  peek(): Token;
  nextNonSpace(): Token;
  peekNonSpace(): Token;
  /** Takes back the token handed out last. */
  back(): void;
  /** Takes back the last token and, before it, this one. */
  backTwo(first: Token): void;
  /** Takes back the last token and, before it, these two. */
  backThree(first: Token, second: Token): void;
}

/** A reader of tokens; the last one, which is an error or the end, comes again and again. */
export function createTokenReader(tokens: readonly Token[]): TokenReader {
  let read = 0;
  let last = tokens[0] as Token;
  /** What was taken back; the next one to hand out is at the end. */
  let waiting: Token[] = [];
  let given = last;
  const next = (): Token => {
    const again = waiting.pop();
    if (again === undefined) last = tokens[Math.min(read++, tokens.length - 1)] as Token;
    given = again ?? last;
    return given;
  };
  const back = (): void => void waiting.push(given);
  const nextNonSpace = (): Token => {
    let token = next();
    while (token.type === 'space') token = next();
    return token;
  };
  const peekWith = (take: () => Token): Token => {
    const token = take();
    back();
    return token;
  };
  return {
    line: () => last.line,
    next,
    back,
    nextNonSpace,
    peek: () => peekWith(next),
    peekNonSpace: () => peekWith(nextNonSpace),
    backTwo: (first) => {
      waiting = [given, first];
    },
    backThree: (first, second) => {
      waiting = [given, second, first];
    },
  };
}

/** A token as Go names it in messages: keywords in angle brackets, long texts cut. */
export function describeToken(token: Token): string {
  if (token.type === 'end of file') return 'EOF';
  if (token.type === 'error') return token.text;
  if (keywords.has(token.type) || token.type === 'nil' || token.type === 'dot') return `<${token.text}>`;
  const start = [...token.text].slice(0, 10).join('');
  return Buffer.byteLength(token.text) > 10 ? `${quote(start)}...` : quote(token.text);
}
