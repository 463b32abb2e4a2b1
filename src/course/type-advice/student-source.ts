/** The student's file as a tree of syntax: what stands at the place that the checker points at. */
import ts from 'typescript';

/** What a value is given to: `target` is missing for an argument or a returned value. */
export interface Given {
  readonly value: ts.Expression;
  readonly target?: string;
}

export class StudentSource {
  readonly tree: ts.SourceFile;

  constructor(text: string) {
    this.tree = ts.createSourceFile('part.ts', text, ts.ScriptTarget.ES2022, true);
  }

  /** Of a line and a column, both from 1, as the checker counts them. */
  offset(line: number, column: number): number {
    const starts = this.tree.getLineStarts();
    return Math.min(starts[Math.min(line, starts.length) - 1] + column - 1, this.tree.end);
  }

  /** From 1. */
  lineOf(node: ts.Node): number {
    return this.lineAt(node.getStart(this.tree));
  }

  lineAt(offset: number): number {
    return this.tree.getLineAndCharacterOfPosition(offset).line + 1;
  }

  text(node: ts.Node): string {
    return node.getText(this.tree).replace(/\s+/g, ' ');
  }

  /** The innermost node at an offset. */
  nodeAt(offset: number): ts.Node {
    const inside = (node: ts.Node): ts.Node => {
      const child = this.children(node).find((one) => one.getStart(this.tree) <= offset && offset < one.end);
      return child ? inside(child) : node;
    };
    return inside(this.tree);
  }

  /** The nodes that begin at an offset, the smallest first. */
  beginningAt(offset: number): ts.Node[] {
    return upwards(this.nodeAt(offset)).filter((node) => node.getStart(this.tree) === offset && node !== this.tree);
  }

  /** The operation with this operator that begins here; of several, the one with `right` on its right side, else the smallest. */
  operation(offset: number, operator: string, right?: string): ts.BinaryExpression | undefined {
    const all = this.beginningAt(offset)
      .filter(ts.isBinaryExpression)
      .filter((node) => this.text(node.operatorToken) === operator);
    return all.find((node) => this.text(node.right) === right) ?? all[0];
  }

  /** The value that is assigned, returned or passed here, and to what. */
  given(offset: number): Given | undefined {
    for (const node of this.beginningAt(offset)) {
      const { parent } = node;
      if (ts.isReturnStatement(node)) return node.expression && { value: node.expression };
      if (ts.isBinaryExpression(parent) && isAssignment(parent))
        return { value: parent.right, target: this.text(parent.left) };
      if (ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent))
        return parent.initializer && { value: parent.initializer, target: this.text(parent.name) };
    }
    const values = this.beginningAt(offset).filter((node) => isValue(node.parent, node));
    return values[0] && { value: values[0] as ts.Expression };
  }

  /** The smallest call that an offset belongs to as its function or as one of its arguments. */
  call(offset: number): ts.CallExpression | undefined {
    return upwards(this.nodeAt(offset)).find(ts.isCallExpression);
  }

  /** The function that an offset belongs to: by its heading, as the value of the name that begins here, or as what is around it. */
  functionAt(offset: number): ts.FunctionLikeDeclaration | undefined {
    const value = this.given(offset)?.value;
    if (value && isFunction(value)) return value;
    return upwards(this.nodeAt(offset)).find(isFunction);
  }

  /** The values that a function returns by itself, not those that functions in it return. */
  returns(owner: ts.FunctionLikeDeclaration): (ts.Expression | ts.ReturnStatement)[] {
    if (owner.body && !ts.isBlock(owner.body)) return [owner.body];
    const found: (ts.Expression | ts.ReturnStatement)[] = [];
    const look = (node: ts.Node): void => {
      if (ts.isReturnStatement(node)) found.push(node.expression ?? node);
      else if (!isFunction(node)) this.children(node).forEach(look);
    };
    if (owner.body) look(owner.body);
    return found;
  }

  /** The declaration of a name, the last one before the offset. */
  declarationOf(name: string, before: number): ts.VariableDeclaration | undefined {
    const found = this.all(ts.isVariableDeclaration).filter((node) => this.text(node.name) === name);
    return found.filter((node) => node.getStart(this.tree) < before).at(-1) ?? found[0];
  }

  /** All nodes of a kind, in the order of the file. */
  all<T extends ts.Node>(isOne: (node: ts.Node) => node is T): T[] {
    const found: T[] = [];
    const look = (node: ts.Node): void => {
      if (isOne(node)) found.push(node);
      this.children(node).forEach(look);
    };
    look(this.tree);
    return found;
  }

  private children(node: ts.Node): ts.Node[] {
    const found: ts.Node[] = [];
    ts.forEachChild(node, (child) => void found.push(child));
    return found;
  }
}

/** A node and all that it is in. */
export function upwards(node: ts.Node): ts.Node[] {
  const chain: ts.Node[] = [];
  for (let one: ts.Node | undefined = node; one; one = one.parent as ts.Node | undefined) chain.push(one);
  return chain;
}

function isFunction(node: ts.Node): node is ts.FunctionLikeDeclaration {
  return (
    ts.isArrowFunction(node) ||
    ts.isFunctionExpression(node) ||
    ts.isFunctionDeclaration(node) ||
    ts.isMethodDeclaration(node)
  );
}

const isAssignment = (node: ts.BinaryExpression): boolean => node.operatorToken.kind === ts.SyntaxKind.EqualsToken;

/** The child stands where a value goes on: returned, passed, or at the end of an arrow. */
function isValue(parent: ts.Node, child: ts.Node): boolean {
  if (ts.isReturnStatement(parent)) return true;
  if (ts.isCallExpression(parent)) return parent.arguments.includes(child as ts.Expression);
  return ts.isArrowFunction(parent) && parent.body === child;
}
