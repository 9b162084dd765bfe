import { lex } from './lex.ts';
import type {
  BranchNode,
  CommandNode,
  JumpNode,
  ListNode,
  OperandNode,
  PipeNode,
  StatementNode,
  TemplateNode,
  VariableNode,
} from './nodes.ts';
import { printNode } from './nodes.ts';
import { parseNumber } from './number.ts';
import { quote, unquote } from './quote.ts';
import { createTokenReader, describeToken, type TokenReader } from './token-reader.ts';
import type { Token, TokenType } from './tokens.ts';
import { GoFailure } from './values.ts';

/** A template and those it defines, by name. */
export type Trees = ReadonlyMap<string, ListNode>;

/** The end of a clause. */
interface ClauseEnd {
  readonly kind: 'end' | 'else';
  readonly position: number;
}

interface Parser {
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

const deepest = 10_000;

/**
 * Parses a template by the rules of Go's text/template (1.26).
 *
 * @throws {GoFailure} with Go's message: `template: NAME:LINE: …`.
 */
export function parseTrees(name: string, text: string, functions: ReadonlySet<string>): Trees {
  const parser: Parser = {
    name,
    tokens: createTokenReader(lex(text, functions)),
    functions,
    trees: new Map(),
    variables: ['$'],
    rangeDepth: 0,
    expressionDepth: 0,
    actionLine: 0,
  };
  addTree(parser, name, parseMain(parser));
  return parser.trees;
}

function fail(parser: Parser, message: string): never {
  throw new GoFailure(`template: ${parser.name}:${parser.tokens.line()}: ${message}`);
}

function failUnexpected(parser: Parser, token: Token, context: string): never {
  if (token.type !== 'error') return fail(parser, `unexpected ${describeToken(token)} in ${context}`);
  if (parser.actionLine === 0 || parser.actionLine === token.line) return fail(parser, token.text);
  const started = `started at ${parser.name}:${parser.actionLine}`;
  return fail(parser, `${token.text}${token.text.endsWith(' action') ? ' ' : ' in action '}${started}`);
}

function expect(parser: Parser, type: TokenType, context: string): Token {
  const token = parser.tokens.nextNonSpace();
  return token.type === type ? token : failUnexpected(parser, token, context);
}

/** Keeps a template under its name. An empty one, such as the rest of a file of definitions, gives way to another. */
function addTree(parser: Parser, name: string, tree: ListNode): void {
  const known = parser.trees.get(name);
  if (known === undefined || isEmpty(known)) parser.trees.set(name, tree);
  else if (!isEmpty(tree)) fail(parser, `template: multiple definition of template ${quote(name)}`);
}

function isEmpty(list: ListNode): boolean {
  return list.nodes.every((node) => node.kind === 'text' && node.text.trim() === '');
}

function parseMain(parser: Parser): ListNode {
  const { tokens } = parser;
  const nodes: StatementNode[] = [];
  const { position } = tokens.peek();
  while (tokens.peek().type !== 'end of file') {
    if (tokens.peek().type === 'left delimiter') {
      const delimiter = tokens.next();
      if (tokens.nextNonSpace().type === 'define') {
        parseDefinition(parser);
        continue;
      }
      tokens.backTwo(delimiter);
    }
    const node = parseTextOrAction(parser);
    if (isClauseEnd(node)) fail(parser, `unexpected {{${node.kind}}}`);
    else nodes.push(node);
  }
  return { kind: 'list', position, nodes };
}

function isClauseEnd(node: StatementNode | ClauseEnd): node is ClauseEnd {
  return node.kind === 'end' || node.kind === 'else';
}

function parseDefinition(parser: Parser): void {
  const context = 'define clause';
  const name = parseTemplateName(parser, parser.tokens.nextNonSpace(), context);
  expect(parser, 'right delimiter', context);
  addTree(parser, name, parseOwnBody(parser, context));
}

/** The body of a template defined within another, which sees none of its variables. */
function parseOwnBody(parser: Parser, context: string): ListNode {
  const inner: Parser = { ...parser, variables: ['$'], rangeDepth: 0, expressionDepth: 0, actionLine: 0 };
  const { list, end } = parseList(inner);
  if (end.kind !== 'end') fail(parser, `unexpected {{${end.kind}}} in ${context}`);
  return list;
}

/** Nodes up to an `end` or `else` of the clause they are in. */
function parseList(parser: Parser): { readonly list: ListNode; readonly end: ClauseEnd } {
  const nodes: StatementNode[] = [];
  const { position } = parser.tokens.peekNonSpace();
  while (parser.tokens.peekNonSpace().type !== 'end of file') {
    const node = parseTextOrAction(parser);
    if (isClauseEnd(node)) return { list: { kind: 'list', position, nodes }, end: node };
    nodes.push(node);
  }
  return fail(parser, 'unexpected EOF');
}

function parseTextOrAction(parser: Parser): StatementNode | ClauseEnd {
  const token = parser.tokens.nextNonSpace();
  if (token.type === 'text') return { kind: 'text', position: token.position, text: token.text };
  if (token.type !== 'left delimiter') return failUnexpected(parser, token, 'input');
  parser.actionLine = token.line;
  try {
    return parseAction(parser);
  } finally {
    parser.actionLine = 0;
  }
}

function parseAction(parser: Parser): StatementNode | ClauseEnd {
  const token = parser.tokens.nextNonSpace();
  switch (token.type) {
    case 'if':
    case 'range':
    case 'with':
      return parseBranch(parser, token.type);
    case 'template':
      return parseTemplateCall(parser);
    case 'block':
      return parseBlock(parser);
    case 'break':
    case 'continue':
      return parseJump(parser, token.type, token.position);
    case 'else':
      return parseElse(parser);
    case 'end':
      return { kind: 'end', position: expect(parser, 'right delimiter', 'end').position };
    default: {
      parser.tokens.back();
      const { position } = parser.tokens.peek();
      return { kind: 'action', position, pipe: parsePipe(parser, 'command', 'right delimiter') };
    }
  }
}

function parseJump(parser: Parser, kind: JumpNode['kind'], position: number): JumpNode {
  expect(parser, 'right delimiter', `{{${kind}}}`);
  if (parser.rangeDepth === 0) fail(parser, `{{${kind}}} outside {{range}}`);
  return { kind, position };
}

/** `else`; an `if` or `with` right after it is left for the clause it belongs to. */
function parseElse(parser: Parser): ClauseEnd {
  const next = parser.tokens.peekNonSpace();
  if (next.type === 'if' || next.type === 'with') return { kind: 'else', position: next.position };
  return { kind: 'else', position: expect(parser, 'right delimiter', 'else').position };
}

function parseBranch(parser: Parser, kind: BranchNode['kind']): BranchNode {
  const outer = parser.variables.length;
  const pipe = parsePipe(parser, kind, 'right delimiter');
  if (kind === 'range') parser.rangeDepth++;
  const { list, end } = parseList(parser);
  if (kind === 'range') parser.rangeDepth--;
  const otherwise = end.kind === 'else' ? parseOtherwise(parser, kind, end) : undefined;
  parser.variables.length = outer;
  return { kind, position: pipe.position, pipe, body: list, otherwise };
}

function parseOtherwise(parser: Parser, kind: BranchNode['kind'], end: ClauseEnd): ListNode {
  if (kind !== 'range' && parser.tokens.peek().type === kind) {
    parser.tokens.next();
    return { kind: 'list', position: end.position, nodes: [parseBranch(parser, kind)] };
  }
  const otherwise = parseList(parser);
  if (otherwise.end.kind !== 'end') fail(parser, `expected end; found {{${otherwise.end.kind}}}`);
  return otherwise.list;
}

function parseTemplateCall(parser: Parser): TemplateNode {
  const context = 'template clause';
  const token = parser.tokens.nextNonSpace();
  const name = parseTemplateName(parser, token, context);
  if (parser.tokens.nextNonSpace().type === 'right delimiter')
    return { kind: 'template', position: token.position, name, pipe: undefined };
  parser.tokens.back();
  return { kind: 'template', position: token.position, name, pipe: parsePipe(parser, context, 'right delimiter') };
}

/** A definition and a call of it in one. */
function parseBlock(parser: Parser): TemplateNode {
  const context = 'block clause';
  const token = parser.tokens.nextNonSpace();
  const name = parseTemplateName(parser, token, context);
  const pipe = parsePipe(parser, context, 'right delimiter');
  addTree(parser, name, parseOwnBody(parser, context));
  return { kind: 'template', position: token.position, name, pipe };
}

function parseTemplateName(parser: Parser, token: Token, context: string): string {
  if (token.type !== 'string' && token.type !== 'raw string') return failUnexpected(parser, token, context);
  return unquote(token.text) ?? fail(parser, 'invalid syntax');
}

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

function parsePipe(parser: Parser, context: string, end: TokenType): PipeNode {
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
