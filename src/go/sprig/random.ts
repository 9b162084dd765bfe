import { randomInt, randomUUID } from 'node:crypto';
import { GoFailure } from '../template/values.ts';
import { type FunctionTable, onCount, onString } from './define.ts';

/**
 * Makes something by chance. A template may be executed several times before it gives its result; what was made the first time has to
 * be the same then.
 */
export type Chance = <T>(make: () => T) => T;

const range = (first: string, last: string): string => {
  const [start, end] = [first.charCodeAt(0), last.charCodeAt(0)];
  return Array.from({ length: end - start + 1 }, (_, index) => String.fromCharCode(start + index)).join('');
};
const digits = range('0', '9');
const letters = range('A', 'Z') + range('a', 'z');

/** Longest random text. */
const longest = 1_000_000n;

/** sprig's functions that make texts by chance. */
export function randomFunctions(chance: Chance): FunctionTable {
  const from = (characters: string): ReturnType<typeof onCount> =>
    onCount(0, (count) => chance(() => pick(characters, count)));
  return {
    randAlpha: from(letters),
    randAlphaNum: from(letters + digits),
    randNumeric: from(digits),
    randAscii: from(range(' ', '~')),
    shuffle: onString((text) => chance(() => shuffle(text))),
    uuidv4: { parameters: [], call: () => chance(() => randomUUID()) },
  };
}

/** So many characters; none for a negative number. */
function pick(characters: string, count: bigint): string {
  if (count > longest) throw new GoFailure(`a random text of more than ${longest} characters is not supported`);
  let text = '';
  for (let index = 0; index < Number(count); index++) text += characters[randomInt(characters.length)] ?? '';
  return text;
}

function shuffle(text: string): string {
  const characters = [...text];
  for (let index = characters.length - 1; index > 0; index--) {
    const other = randomInt(index + 1);
    [characters[index], characters[other]] = [characters[other] ?? '', characters[index] ?? ''];
  }
  return characters.join('');
}
