import { isFunction, isNode, type Node, nameOf } from './syntax.js';

/** A function that handles events, and what it is called after: `onClick`. */
export interface Handler {
  readonly node: Node;
  readonly event: string;
}

/** As in JSX and in what Vue makes of its templates; and as in HTML. `once`, `only` and `one` are words. */
const HANDLER_KEY = /^on([A-Z:].*|(?!ce$|ly$|e$)[a-z]+)$/;

/** Of an element, or where Svelte keeps a handler that it delegates. */
const HANDLER_MEMBER = /^(on|__)[a-z]+$/;

/** The argument that handles, by the method's name: of elements, of jQuery, and of what Svelte compiles to. */
const METHODS: Readonly<Record<string, number>> = { addEventListener: 1, on: 1, event: 2, delegated: 2 };

/** The handlers that a node names; most nodes name none. */
export function findHandlers(node: Node, bindings: ReadonlyMap<string, Node | undefined>): Handler[] {
  const [value, event] = handlerOf(node);
  if (event === undefined) return [];
  return functionsOf(value, bindings).map((each) => ({ node: each, event }));
}

function handlerOf(node: Node): [value?: unknown, event?: string] {
  switch (node.type) {
    case 'CallExpression': {
      const callee = node['callee'] as Node;
      const at = METHODS[nameOf(callee.type === 'MemberExpression' ? callee['property'] : undefined) ?? ''];
      const args = node['arguments'] as Node[];
      const type = args[0]?.type === 'Literal' ? nameOf(args[0]) : undefined;
      return at === undefined || (type === undefined && at !== 1) ? [] : [args[at], `on${type ?? 'Event'}`];
    }
    case 'AssignmentExpression': {
      const left = node['left'] as Node;
      const key = left.type === 'MemberExpression' && !left['computed'] ? nameOf(left['property']) : undefined;
      const isHandler = node['operator'] === '=' && key !== undefined && HANDLER_MEMBER.test(key);
      return isHandler ? [node['right'], key.replace(/^__/, 'on')] : [];
    }
    case 'Property': {
      const key = node['computed'] || node['kind'] !== 'init' ? undefined : nameOf(node['key']);
      return key !== undefined && HANDLER_KEY.test(key) ? [node['value'], key] : [];
    }
    default:
      return [];
  }
}

/** The functions that a value may be, or that are given to what makes it (`useCallback`, `withModifiers`). */
function functionsOf(value: unknown, bindings: ReadonlyMap<string, Node | undefined>): Node[] {
  if (!isNode(value)) return [];
  if (isFunction(value)) return value['generator'] ? [] : [value];
  const among = (...parts: unknown[]): Node[] => parts.flatMap((part) => functionsOf(part, bindings));
  switch (value.type) {
    case 'Identifier': {
      const bound = bindings.get(value['name'] as string);
      return isFunction(bound) || bound?.type === 'CallExpression' ? among(bound) : [];
    }
    case 'LogicalExpression':
      return among(value['right']);
    case 'AssignmentExpression':
      return among(value['right']);
    case 'ConditionalExpression':
      return among(value['consequent'], value['alternate']);
    case 'ParenthesizedExpression':
      return among(value['expression']);
    case 'CallExpression': {
      const [first] = value['arguments'] as Node[];
      return isFunction(first) ? among(first) : [];
    }
    case 'ArrayExpression':
      return among((value['elements'] as unknown[])[0]);
    default:
      return [];
  }
}
