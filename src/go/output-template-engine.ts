import { encodeJson } from './json.ts';
import { parseTemplate, type Template } from './template/template.ts';
import type { GoFunction, GoFunctions, GoList } from './template/values.ts';
import { toLower, toTitle, toUpper } from './text.ts';

const onString = (call: (text: string) => string): GoFunction => ({
  parameters: ['string'],
  call: (text) => call(text as string),
});

const functions: GoFunctions = new Map<string, GoFunction>([
  ['json', { parameters: ['interface {}'], call: (value) => encodeJson(value, { escapeHtml: false }) }],
  [
    'join',
    {
      parameters: ['[]string', 'string'],
      call: (list, separator) => (list as GoList).items.join(separator as string),
    },
  ],
  ['title', onString(toTitle)],
  ['lower', onString(toLower)],
  ['upper', onString(toUpper)],
]);

/**
 * Parses a template for an `--output` flag: Go's text/template with the functions json (HTML characters as they are), join, title, lower
 * and upper.
 *
 * @throws {ToolError} `TEMPLATE_ERR` with Go's message: `template: flagtemplate:1: unclosed action`.
 */
export function parseOutputTemplate(template: string): Template {
  return parseTemplate(template, { name: 'flagtemplate', functions });
}
