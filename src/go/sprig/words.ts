import { GoFailure } from '../template/values.ts';
import { toConnectedCase } from '../word-case.ts';
import { abbreviate, deleteWhitespace, initials, swapCase, toCamelCase, uncapitalize, wrap } from '../words.ts';
import { type FunctionTable, onCount, onString } from './define.ts';

/** Longest text that a break after every character may still make longer. */
const mostOutput = 100_000_000;

/** sprig's functions on words and their case. */
export const wordFunctions: FunctionTable = {
  untitle: onString(uncapitalize),
  swapcase: onString(swapCase),
  initials: onString(initials),
  nospace: onString(deleteWhitespace),
  camelcase: onString(toCamelCase),
  snakecase: onString((text) => toConnectedCase(text, '_')),
  kebabcase: onString((text) => toConnectedCase(text, '-')),
  abbrev: onCount(1, (width, text = '') => (width < 4n ? text : abbreviate(text, 0, Number(width)))),
  abbrevboth: {
    parameters: ['int', 'int', 'string'],
    call: (left, right, text) => {
      const [offset, width] = [Number(left), Number(right)];
      if (width < 4 || (offset > 0 && width < 7)) return text;
      return abbreviate(text as string, offset, width);
    },
  },
  wrap: onCount(1, (width, text = '') => wrap(text, { width: Number(width), separator: '', cutsWords: false })),
  wrapWith: onCount(2, (width, separator = '', text = '') => {
    if (text.length * separator.length > mostOutput) throw new GoFailure('the wrapped text would be too long');
    return wrap(text, { width: Number(width), separator, cutsWords: true });
  }),
};
