import type { Context } from '../../core/ports.ts';
import type { Person } from '../../init/ask.ts';
import { unanswered } from '../../init/failures.ts';
import type { Io } from '../invocation.ts';

/**
 * Asks on standard error and reads answers line by line from standard input: it works on every terminal, and standard
 * output holds results alone. An interruption ends the waiting.
 *
 * @throws (its methods) `INIT_UNANSWERED` at the end of input, the signal's reason when it is aborted.
 */
export function createPerson({ stdin, stderr }: Pick<Io, 'stdin' | 'stderr'>, { signal }: Context): Person {
  const lines = stdin.lines();
  const say = (text: string): void => stderr.write(text);
  const answer = async (question: string): Promise<string> => {
    const { done, value } = await orAborted(lines.next(), signal);
    if (done === true) throw unanswered(question);
    return value.trim();
  };
  /** Asks until `read` makes something of the answer; a text is what is wrong with it. */
  const ask = async <T>(
    question: string,
    prompt: string,
    read: (text: string) => { readonly is: T } | string,
  ): Promise<T> => {
    for (;;) {
      say(prompt);
      const result = read(await answer(question));
      if (typeof result !== 'string') return result.is;
      say(`${result}\n`);
    }
  };
  const list = (question: string, choices: readonly string[]): void =>
    say(`${question}\n${choices.map((choice, index) => `  ${index + 1}) ${choice}\n`).join('')}`);
  return {
    async choose(question, choices) {
      list(question, choices);
      return ask(question, `Number [1]: `, (text) => indexIn(choices, text === '' ? '1' : text));
    },
    async chooseSome(question, choices) {
      list(question, choices);
      return ask(question, 'Numbers, separated by blanks (leave blank for none): ', (text) => indexesIn(choices, text));
    },
    line: (question, check) => ask(question, `${question} `, (text) => check(text) ?? { is: text }),
    confirm: (question) => ask(question, `${question} (y/N) `, (text) => readYesOrNo(text)),
  };
}

function indexIn(choices: readonly string[], text: string): { readonly is: number } | string {
  const number = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  return number >= 1 && number <= choices.length
    ? { is: number - 1 }
    : `a number from 1 to ${choices.length} is needed`;
}

function indexesIn(choices: readonly string[], text: string): { readonly is: readonly number[] } | string {
  const indexes: number[] = [];
  for (const word of text.split(/[\s,]+/).filter((part) => part !== '')) {
    const index = indexIn(choices, word);
    if (typeof index === 'string') return index;
    indexes.push(index.is);
  }
  return { is: [...new Set(indexes)].sort((left, right) => left - right) };
}

/** Anything but a yes is a no, except what could be a slip of the finger. */
function readYesOrNo(text: string): { readonly is: boolean } | string {
  if (/^(?:y|yes)$/i.test(text)) return { is: true };
  return /^(?:n|no)?$/i.test(text) ? { is: false } : 'answer y or n';
}

function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
