import type { ListNode, OperandNode, PipeNode, StatementNode } from './nodes.ts';
import type { Template } from './template.ts';

/** The names of the data that a template reads as `.Name` or `$.Name`, in every branch and every template it defines; each once. */
export function templateFields({ trees }: Template): readonly string[] {
  return [...new Set([...trees.values()].flatMap(fieldsOfList))];
}

function fieldsOfList({ nodes }: ListNode): readonly string[] {
  return nodes.flatMap(fieldsOfStatement);
}

function fieldsOfStatement(node: StatementNode): readonly string[] {
  switch (node.kind) {
    case 'action':
      return fieldsOfPipe(node.pipe);
    case 'if':
    case 'with':
    case 'range':
      return [
        ...fieldsOfPipe(node.pipe),
        ...fieldsOfList(node.body),
        ...(node.otherwise === undefined ? [] : fieldsOfList(node.otherwise)),
      ];
    case 'template':
      return node.pipe === undefined ? [] : fieldsOfPipe(node.pipe);
    default:
      return [];
  }
}

function fieldsOfPipe({ commands }: PipeNode): readonly string[] {
  return commands.flatMap(({ operands }) => operands.flatMap(fieldsOfOperand));
}

function fieldsOfOperand(node: OperandNode): readonly string[] {
  switch (node.kind) {
    case 'field':
      return node.path.slice(0, 1);
    case 'variable':
      return node.path[0] === '$' ? node.path.slice(1, 2) : [];
    case 'pipe':
      return fieldsOfPipe(node);
    case 'chain':
      return fieldsOfOperand(node.of);
    default:
      return [];
  }
}
