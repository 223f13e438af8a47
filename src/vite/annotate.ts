import MagicString from 'magic-string';
import { findHandlers } from './find-handlers.js';
import { bindingsOf, isFunction, isNode, type Node, nameOf, walk } from './syntax.js';

/** What is written into a source. */
export interface AnnotateOptions {
  /** The names of handlers, after what they handle where they have none. */
  names: boolean;
  /** Where handlers stand, and where spans are started. */
  positions: boolean;
  /** How the source is called. */
  file: string;
  /** Of an offset in the code: the place in what the developer wrote. */
  placeOf: (offset: number) => { line: number; column: number };
}

/** Has the functions that are called by what is written in. */
export const SOURCE_MODULE = '/@zonetrace/source';

const ENTER = '__zonetrace_enter';
const AT = '__zonetrace_at';

const STARTS = ['withSpan', 'startSpan', 'traced'];

/**
 * Writes calls into a module that tell zonetrace of names and places: first in the body of each handler of events, and
 * around the arguments of `withSpan`, `startSpan` and `traced`. Functions keep their name, length and identity, and all
 * lines stay where they are. Undefined where there is nothing to write.
 */
export function annotate(code: string, program: Node, options: AnnotateOptions): MagicString | undefined {
  if (code.includes(ENTER) || code.includes(AT)) return undefined;
  const text = new MagicString(code);
  const bindings = bindingsOf(program);
  const imported = importedStarts(program, bindings);
  const done = new Set<Node>();
  const owners = new Map<Node, readonly Node[]>();
  const stem = (options.file.split('/').at(-1) ?? '').replace(/\..*/, '');
  const place = (name: string, offset: number): string => {
    const shown = JSON.stringify(options.names ? name : '');
    if (!options.positions) return shown;
    const { line, column } = options.placeOf(offset);
    return `${shown},${JSON.stringify(options.file)},${line},${column}`;
  };

  walk(program, (node, around) => {
    if (isFunction(node)) owners.set(node, around);
  });
  walk(program, (node, around) => {
    for (const handler of findHandlers(node, bindings)) {
      if (done.has(handler.node)) continue;
      done.add(handler.node);
      const name =
        ownName(handler.node, owners.get(handler.node)) ??
        `${ownerOf(owners.get(handler.node)) ?? stem}.${handler.event}`;
      enterFirst(text, handler.node, `${ENTER}(${place(name, handler.node.start)})`);
    }
    if (!options.positions || node.type !== 'CallExpression' || !imported(node['callee'] as Node)) return;
    if ((node['arguments'] as Node[]).length === 0) return;
    const open = findOpen(code, (node['callee'] as Node).end);
    const name = ownerOf(around) ?? '';
    text.appendRight(open + 1, `...${AT}([${place(name, node.start)}],[`);
    text.appendLeft(node.end - 1, '])');
    done.add(node);
  });
  if (done.size === 0) return undefined;
  // At the end: what stands first may be a directive, and imports are done before all else anyway.
  text.append(`\n;import{enter as ${ENTER},at as ${AT}}from ${JSON.stringify(SOURCE_MODULE)};`);
  return text;
}

/** Whether what is called is a function of ours: by a name that is bound once, by the import. */
function importedStarts(program: Node, bindings: ReadonlyMap<string, Node | undefined>): (callee: Node) => boolean {
  const names = new Set<string>();
  const spaces = new Set<string>();
  for (const statement of program['body'] as Node[]) {
    if (statement.type !== 'ImportDeclaration' || nameOf(statement['source']) !== 'zonetrace') continue;
    for (const specifier of statement['specifiers'] as Node[]) {
      const local = nameOf(specifier['local']) ?? '';
      if (!bindings.get(local)) continue;
      if (specifier.type === 'ImportNamespaceSpecifier') spaces.add(local);
      else if (STARTS.includes(nameOf(specifier['imported']) ?? '')) names.add(local);
    }
  }
  return (callee) => {
    if (callee.type === 'Identifier') return names.has(callee['name'] as string);
    if (callee.type !== 'MemberExpression' || callee['computed']) return false;
    const { object } = callee as Node & { object: Node };
    return (
      object.type === 'Identifier' &&
      spaces.has(object['name'] as string) &&
      STARTS.includes(nameOf(callee['property']) ?? '')
    );
  };
}

/** The name that a function has by itself, or by what it is given to. */
function ownName(node: Node, around: readonly Node[] = []): string | undefined {
  const [parent] = around;
  if (isNode(node['id'])) return nameOf(node['id']);
  if (parent?.type === 'VariableDeclarator' && parent['init'] === node) return nameOf(parent['id']);
  // const save = useCallback(() => …)
  const [, variable] = around;
  return parent?.type === 'CallExpression' && variable?.type === 'VariableDeclarator'
    ? nameOf(variable['id'])
    : undefined;
}

/** The function or class that something stands in. */
function ownerOf(around: readonly Node[] = []): string | undefined {
  for (const [i, node] of around.entries()) {
    if (/^Class/.test(node.type) || isFunction(node)) {
      const name = ownName(node, around.slice(i + 1));
      if (name !== undefined) return name;
    }
    if (/^(MethodDefinition|PropertyDefinition)$/.test(node.type) && !node['computed']) return nameOf(node['key']);
  }
  return undefined;
}

function enterFirst(text: MagicString, node: Node, call: string): void {
  const body = node['body'] as Node;
  if (body.type !== 'BlockStatement') {
    text.appendRight(body.start, `(${call},`);
    text.prependLeft(body.end, ')');
    return;
  }
  const statements = body['body'] as Node[];
  const directive = statements.findLast((statement) => typeof statement['directive'] === 'string');
  // A directive need not end with a semicolon.
  if (directive) text.appendLeft(directive.end, `;${call};`);
  else text.appendLeft(body.start + 1, `${call};`);
}

/** Where the arguments of a call are opened; what stands before may be a comment with a bracket. */
function findOpen(code: string, from: number): number {
  let at = from;
  while (code[at] !== '(') {
    if (code.startsWith('/*', at)) at = code.indexOf('*/', at) + 2;
    else if (code.startsWith('//', at)) at = code.indexOf('\n', at) + 1;
    else at++;
  }
  return at;
}
