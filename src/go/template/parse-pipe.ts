import type { CommandNode, OperandNode, PipeNode, VariableNode } from './nodes.ts';
import { printNode } from './nodes.ts';
import { parseNumber } from './number.ts';
import { fail, failUnexpected, type Parser } from './parser.ts';
import { quote, unquote } from './quote.ts';
import type { Token, TokenType } from './tokens.ts';
import { GoFailure } from './values.ts';

/** Most parentheses within each other. */
const deepest = 10_000;

const operandTypes: ReadonlySet<TokenType> = new Set<TokenType>([
  'bool',
  'character constant',
  'complex',
  'dot',
  'field',
  'identifier',
  'number',
  'nil',
  'raw string',
  'string',
  'variable',
  'left parenthesis',
]);

/** Parses a pipe with its variables, up to and including the token that ends it; `context` names the clause in messages. */
export function parsePipe(parser: Parser, context: string, end: TokenType): PipeNode {
  const { position } = parser.tokens.peekNonSpace();
  const declared = parseDeclarations(parser, context);
  const commands: CommandNode[] = [];
  for (;;) {
    const token = parser.tokens.nextNonSpace();
    if (token.type === end) break;
    if (!operandTypes.has(token.type)) failUnexpected(parser, token, context);
    parser.tokens.back();
    commands.push(parseCommand(parser));
  }
  checkCommands(parser, commands, context);
  return { kind: 'pipe', position, ...declared, commands };
}

/** `$x :=`, `$x =`, and in a range `$i, $x :=`. Variables count as declared from here on. */
function parseDeclarations(parser: Parser, context: string): Pick<PipeNode, 'variables' | 'assigns'> {
  const variables: VariableNode[] = [];
  const { tokens } = parser;
  while (tokens.peekNonSpace().type === 'variable') {
    const variable = tokens.next();
    const after = tokens.peek();
    const next = tokens.peekNonSpace();
    const isList = next.type === 'character' && next.text === ',';
    if (next.type !== 'assign' && next.type !== 'declare' && !isList) {
      if (after.type === 'space') tokens.backThree(variable, after);
      else tokens.backTwo(variable);
      break;
    }
    tokens.nextNonSpace();
    variables.push({ kind: 'variable', position: variable.position, path: variable.text.split('.') });
    parser.variables.push(variable.text);
    if (!isList) return { variables, assigns: next.type === 'assign' };
    checkSecondVariable(parser, context, variables.length);
  }
  return { variables, assigns: false };
}

function checkSecondVariable(parser: Parser, context: string, count: number): void {
  if (context !== 'range' || count >= 2) fail(parser, `too many declarations in ${context}`);
  const { type } = parser.tokens.peekNonSpace();
  if (type !== 'variable' && type !== 'right delimiter' && type !== 'right parenthesis') {
    fail(parser, 'range can only initialize variables');
  }
}

function checkCommands(parser: Parser, commands: readonly CommandNode[], context: string): void {
  if (commands.length === 0) fail(parser, `missing value for ${context}`);
  for (const [index, command] of commands.entries()) {
    const kind = command.operands[0]?.kind ?? '';
    if (index > 0 && ['bool', 'dot', 'nil', 'number', 'string'].includes(kind)) {
      fail(parser, `non executable command in pipeline stage ${index + 1}`);
    }
  }
}

function parseCommand(parser: Parser): CommandNode {
  const { position } = parser.tokens.peekNonSpace();
  const operands: OperandNode[] = [];
  for (;;) {
    parser.tokens.peekNonSpace();
    const operand = parseOperand(parser);
    if (operand !== undefined) operands.push(operand);
    const token = parser.tokens.next();
    if (token.type === 'space') continue;
    if (token.type === 'right delimiter' || token.type === 'right parenthesis') parser.tokens.back();
    else if (token.type !== 'pipe') failUnexpected(parser, token, 'operand');
    break;
  }
  if (operands.length === 0) fail(parser, 'empty command');
  return { kind: 'command', position, operands };
}

/** A term and the fields after it. */
function parseOperand(parser: Parser): OperandNode | undefined {
  const term = parseTerm(parser);
  if (term === undefined || parser.tokens.peek().type !== 'field') return term;
  const { position } = parser.tokens.peek();
  const path: string[] = [];
  while (parser.tokens.peek().type === 'field') path.push(parser.tokens.next().text.slice(1));
  switch (term.kind) {
    case 'field':
    case 'variable':
      return { ...term, position, path: [...term.path, ...path] };
    case 'bool':
    case 'string':
    case 'number':
    case 'nil':
    case 'dot':
      return fail(parser, `unexpected . after term ${quote(printNode(term))}`);
    default:
      return { kind: 'chain', position, of: term, path };
  }
}

function parseTerm(parser: Parser): OperandNode | undefined {
  const token = parser.tokens.nextNonSpace();
  const { position, text } = token;
  switch (token.type) {
    case 'identifier':
      if (!parser.functions.has(text)) fail(parser, `function ${quote(text)} not defined`);
      return { kind: 'identifier', position, name: text };
    case 'dot':
    case 'nil':
      return { kind: token.type, position };
    case 'variable':
      return parseVariable(parser, token);
    case 'field':
      return { kind: 'field', position, path: [text.slice(1)] };
    case 'bool':
      return { kind: 'bool', position, value: text === 'true' };
    case 'character constant':
    case 'complex':
    case 'number':
      return { kind: 'number', position, text, ...readNumber(parser, text) };
    case 'left parenthesis':
      return parseParentheses(parser);
    case 'string':
    case 'raw string':
      return { kind: 'string', position, literal: text, text: unquote(text) ?? fail(parser, 'invalid syntax') };
    default:
      parser.tokens.back();
      return undefined;
  }
}

function parseVariable(parser: Parser, { text, position }: Token): VariableNode {
  const path = text.split('.');
  if (!parser.variables.includes(path[0] ?? '')) fail(parser, `undefined variable ${quote(path[0] ?? '')}`);
  return { kind: 'variable', position, path };
}

function parseParentheses(parser: Parser): PipeNode {
  if (parser.expressionDepth >= deepest) fail(parser, 'max expression depth exceeded');
  parser.expressionDepth++;
  const pipe = parsePipe(parser, 'parenthesized pipeline', 'right parenthesis');
  parser.expressionDepth--;
  return pipe;
}

function readNumber(parser: Parser, text: string): ReturnType<typeof parseNumber> {
  try {
    return parseNumber(text);
  } catch (error) {
    if (error instanceof GoFailure) return fail(parser, error.message);
    throw error;
  }
}
