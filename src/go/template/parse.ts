import { lex } from './lex.ts';
import type { BranchNode, JumpNode, ListNode, StatementNode, TemplateNode } from './nodes.ts';
import { parsePipe } from './parse-pipe.ts';
import { expect, fail, failUnexpected, type Parser } from './parser.ts';
import { quote, unquote } from './quote.ts';
import { createTokenReader } from './token-reader.ts';
import type { Token } from './tokens.ts';

/** A template and those it defines, by name. */
export type Trees = ReadonlyMap<string, ListNode>;

/** The end of a clause. */
interface ClauseEnd {
  readonly kind: 'end' | 'else';
  readonly position: number;
}

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
