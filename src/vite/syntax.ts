/** A node of an ESTree (https://github.com/estree/estree), as far as is asked for here. */
export interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as Node).type === 'string';
}

/** Calls `visit` with each node below `node` and with those around it, the nearest first. */
export function walk(
  node: Node,
  visit: (node: Node, around: readonly Node[]) => void,
  around: readonly Node[] = [],
): void {
  visit(node, around);
  const inner = [node, ...around];
  for (const value of Object.values(node)) {
    if (Array.isArray(value)) {
      for (const each of value) if (isNode(each)) walk(each, visit, inner);
    } else if (isNode(value)) walk(value, visit, inner);
  }
}

export function isFunction(node: unknown): boolean {
  return isNode(node) && /^(ArrowFunctionExpression|FunctionExpression|FunctionDeclaration)$/.test(node.type);
}

/** The name of an identifier, a private one, or a string that stands for one; undefined of anything else. */
export function nameOf(node: unknown): string | undefined {
  if (!isNode(node)) return undefined;
  const text = node.type === 'Literal' ? node['value'] : node['name'];
  return typeof text === 'string' ? text : undefined;
}

/** The names of a module, each with what it is bound to; undefined where it is bound twice, or to something unknown. */
export function bindingsOf(program: Node): Map<string, Node | undefined> {
  const bindings = new Map<string, Node | undefined>();
  const bind = (pattern: unknown, to: unknown): void => {
    if (!isNode(pattern)) return;
    if (pattern.type === 'Identifier') {
      const name = pattern['name'] as string;
      bindings.set(name, bindings.has(name) || !isNode(to) ? undefined : to);
      return;
    }
    // The names inside of a pattern are bound to parts of a value.
    walk(pattern, (node) => {
      if (node.type === 'Identifier') bind(node, undefined);
    });
  };
  walk(program, (node) => {
    if (node.type === 'VariableDeclarator') bind(node['id'], node['init']);
    else if (node.type === 'CatchClause') bind(node['param'], undefined);
    else if (/^(Function|Class)/.test(node.type)) bind(node['id'], node);
    else if (/^Import.*Specifier$/.test(node.type)) bind(node['local'], node);
    else if (node.type === 'AssignmentExpression' && (node['left'] as Node).type !== 'MemberExpression') {
      bind(node['left'], undefined);
    }
    if (isFunction(node)) for (const parameter of node['params'] as Node[]) bind(parameter, undefined);
  });
  return bindings;
}
