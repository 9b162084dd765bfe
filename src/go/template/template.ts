import { ToolError } from '../../core/errors.ts';
import { builtins } from './builtins.ts';
import { runList } from './evaluate.ts';
import { evaluateOperand } from './expressions.ts';
import { parseTrees, type Trees } from './parse.ts';
import { quote } from './quote.ts';
import { type MissingKey, mostWork, type State } from './state.ts';
import { GoFailure, type GoFunctions, type GoValue } from './values.ts';

/** A parsed template, ready to be executed any number of times. */
export interface Template {
  readonly name: string;
  readonly text: string;
  readonly trees: Trees;
  readonly functions: GoFunctions;
}

export interface ParseTemplateOptions {
  /** The name that messages and places use. */
  readonly name: string;
  /** Functions besides those every template has. */
  readonly functions?: GoFunctions;
}

/**
 * Parses a template of Go's text/template (1.26): actions, pipelines, variables, `if`, `with`, `range`, `define`, `template`, `block`,
 * `break`, `continue`, comments and trim markers. Complex numbers are not supported.
 *
 * @throws {ToolError} `TEMPLATE_ERR` with Go's message, such as `template: NAME:1: unclosed action`.
 */
export function parseTemplate(text: string, options: ParseTemplateOptions): Template {
  const functions: GoFunctions = new Map([...builtins, ...(options.functions ?? [])]);
  const { name } = options;
  const trees = translate(() => parseTrees(name, text, new Set(functions.keys())));
  return { name, text, trees, functions };
}

export interface ExecuteOptions {
  /** What to do with a key that a map does not have; by default it prints `<no value>`. */
  readonly missingKey?: MissingKey;
}

/**
 * Executes a template.
 *
 * @param data what `.` and `$` are; see `fromPlain` and `stringMap` in `values.ts`.
 * @throws {ToolError} `TEMPLATE_ERR` with Go's message: `template: NAME:LINE:COLUMN: executing "NAME" at <…>: …`.
 */
export function executeTemplate(template: Template, data: GoValue, options: ExecuteOptions = {}): string {
  const { name, text, trees, functions } = template;
  const tree = trees.get(name);
  const root = { value: data, any: false };
  return translate(() => {
    if (tree === undefined) throw new GoFailure(`template: ${name}: ${quote(name)} is an incomplete or empty template`);
    const state: State = {
      fileName: name,
      name,
      text,
      trees,
      functions,
      missingKey: options.missingKey ?? 'default',
      output: [],
      evaluateOperand,
      depth: 0,
      budget: { left: mostWork },
      variables: [{ name: '$', slot: root }],
      node: tree,
    };
    runList(state, root, tree);
    return state.output.join('');
  });
}

function translate<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof RangeError)
      throw new ToolError('TEMPLATE_ERR', 'the template is nested too deeply', { cause: error });
    if (!(error instanceof GoFailure)) throw error;
    throw new ToolError('TEMPLATE_ERR', error.message, {
      suggestions: [{ code: 'FIX_TEMPLATE', action: 'Check the template against Go text/template' }],
    });
  }
}
