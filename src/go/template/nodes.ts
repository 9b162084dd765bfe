import { quote } from './quote.ts';

/** The parts of a parsed template. `position` is in UTF-16 code units from the start of the text. */
interface At {
  readonly position: number;
}

export interface TextNode extends At {
  readonly kind: 'text';
  readonly text: string;
}

export interface ActionNode extends At {
  readonly kind: 'action';
  readonly pipe: PipeNode;
}

/** `$a, $b := command | command`. */
export interface PipeNode extends At {
  readonly kind: 'pipe';
  readonly variables: readonly VariableNode[];
  /** `=` instead of `:=`. */
  readonly assigns: boolean;
  readonly commands: readonly CommandNode[];
}

export interface CommandNode extends At {
  readonly kind: 'command';
  /** At least one. */
  readonly operands: readonly OperandNode[];
}

export interface IdentifierNode extends At {
  readonly kind: 'identifier';
  readonly name: string;
}

/** `$`, `$x` or `$x.Field`: the name with `$`, and the fields after it. */
export interface VariableNode extends At {
  readonly kind: 'variable';
  readonly path: readonly string[];
}

export interface DotNode extends At {
  readonly kind: 'dot';
}

export interface NilNode extends At {
  readonly kind: 'nil';
}

/** `.A.B`. */
export interface FieldNode extends At {
  readonly kind: 'field';
  readonly path: readonly string[];
}

/** Fields of something that is neither dot nor a variable: `(f x).A`. */
export interface ChainNode extends At {
  readonly kind: 'chain';
  readonly of: OperandNode;
  readonly path: readonly string[];
}

export interface BoolNode extends At {
  readonly kind: 'bool';
  readonly value: boolean;
}

/** An untyped constant with every meaning it can have. */
export interface NumberNode extends At {
  readonly kind: 'number';
  readonly text: string;
  readonly integer: bigint | undefined;
  readonly unsigned: bigint | undefined;
  readonly float: number;
}

export interface StringNode extends At {
  readonly kind: 'string';
  /** As written, quotes included. */
  readonly literal: string;
  readonly text: string;
}

export interface BranchNode extends At {
  readonly kind: 'if' | 'range' | 'with';
  readonly pipe: PipeNode;
  readonly body: ListNode;
  readonly otherwise: ListNode | undefined;
}

export interface TemplateNode extends At {
  readonly kind: 'template';
  readonly name: string;
  readonly pipe: PipeNode | undefined;
}

export interface JumpNode extends At {
  readonly kind: 'break' | 'continue';
}

export interface ListNode extends At {
  readonly kind: 'list';
  readonly nodes: readonly StatementNode[];
}

export type StatementNode = TextNode | ActionNode | BranchNode | TemplateNode | JumpNode;
export type OperandNode =
  | IdentifierNode
  | VariableNode
  | DotNode
  | NilNode
  | FieldNode
  | ChainNode
  | BoolNode
  | NumberNode
  | StringNode
  | PipeNode;
export type Node = StatementNode | OperandNode | CommandNode | ListNode;

/** A node as Go prints it in messages: normalised, not as written. */
export function printNode(node: Node): string {
  switch (node.kind) {
    case 'text':
      return node.text;
    case 'action':
      return `{{${printNode(node.pipe)}}}`;
    case 'pipe':
      return printPipe(node);
    case 'command':
      return node.operands.map(printOperand).join(' ');
    case 'if':
    case 'range':
    case 'with':
      return printBranch(node);
    case 'template':
      return `{{template ${quote(node.name)}${node.pipe === undefined ? '' : ` ${printNode(node.pipe)}`}}}`;
    case 'break':
    case 'continue':
      return `{{${node.kind}}}`;
    case 'list':
      return node.nodes.map(printNode).join('');
    default:
      return printTerm(node);
  }
}

function printTerm(node: Exclude<OperandNode, PipeNode>): string {
  switch (node.kind) {
    case 'identifier':
      return node.name;
    case 'variable':
      return node.path.join('.');
    case 'dot':
      return '.';
    case 'nil':
      return 'nil';
    case 'field':
      return node.path.map((name) => `.${name}`).join('');
    case 'chain':
      return printOperand(node.of) + node.path.map((name) => `.${name}`).join('');
    case 'bool':
      return String(node.value);
    case 'number':
      return node.text;
    default:
      return node.literal;
  }
}

function printPipe({ variables, assigns, commands }: PipeNode): string {
  const declared = variables.length === 0 ? '' : variables.map(printNode).join(', ') + (assigns ? ' = ' : ' := ');
  return declared + commands.map(printNode).join(' | ');
}

function printOperand(node: OperandNode): string {
  return node.kind === 'pipe' ? `(${printNode(node)})` : printNode(node);
}

function printBranch({ kind, pipe, body, otherwise }: BranchNode): string {
  const rest = otherwise === undefined ? '' : `{{else}}${printNode(otherwise)}`;
  return `{{${kind} ${printNode(pipe)}}}${printNode(body)}${rest}{{end}}`;
}
