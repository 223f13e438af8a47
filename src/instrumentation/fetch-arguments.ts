import type { HeaderTarget } from '../propagation/headers.js';
import { baseUrl } from '../propagation/targets.js';
import { type HttpCall, normalizeMethod, type RequestDescription } from './http-span.js';

/** What a call of `fetch` asks for, as far as it can be told without running code of the page. */
export interface FetchCall extends HttpCall {
  mode: unknown;
  /** It may outlive the page. */
  keepalive: unknown;
  /** The platform's object that was given instead of a URL. */
  request: Request | undefined;
  init: object | undefined;
  /** What was given as `headers`, copied, and as `body`, once the platform has read them. */
  headers?: unknown;
  body?: unknown;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' ? value !== null : typeof value === 'function';
}

/** A member of a Request, past what a subclass makes of it; throws for anything else. */
function read(request: unknown, member: keyof Request): unknown {
  return Reflect.get(Request.prototype, member, request);
}

/** A member of an init where it is plain data: reading an accessor is left to the platform, which does it once. */
function peek(init: object | undefined, member: string): unknown {
  const value: unknown = init && Object.getOwnPropertyDescriptor(init, member)?.value;
  return isObject(value) ? undefined : value;
}

/**
 * Reads the arguments of a call; undefined where the platform will refuse them, which is left to the platform. `args` is
 * ours: an object that stands for a URL is replaced by its text, so that it is asked once.
 */
export function readFetchCall(args: unknown[]): FetchCall | undefined {
  const [input, init = null] = args;
  if (args.length === 0 || typeof input === 'symbol' || (init !== null && !isObject(init))) return undefined;
  let request: Request | undefined;
  if (isObject(input)) {
    try {
      read(input, 'url');
      request = input as Request;
    } catch {
      try {
        args[0] = `${input as unknown as string}`;
      } catch {
        return undefined; // asked again by the platform, it fails in the platform's words
      }
    }
  }
  try {
    const url = new URL(String(request ? read(request, 'url') : args[0]), baseUrl());
    const member = (name: 'method' | 'mode' | 'keepalive') =>
      peek(init ?? undefined, name) ?? (request && read(request, name));
    const method = normalizeMethod(String(member('method') ?? 'GET'));
    return { url, method, mode: member('mode'), keepalive: member('keepalive'), request, init: init ?? undefined };
  } catch {
    return undefined;
  }
}

type AddHeaders = (target: HeaderTarget) => void;

/** Headers of any shape as a new object of the same one, with ours unless the page has set them. */
function copyHeaders(given: unknown, add: AddHeaders | undefined): unknown {
  if (!isObject(given)) return given; // for the platform to refuse
  if (given instanceof Headers) {
    const copy = new Headers(given);
    add?.(copy);
    return copy;
  }
  const isNamed = (name: string) => (key: unknown) => String(key).toLowerCase() === name;
  const iterator: unknown = (given as Partial<Iterable<unknown>>)[Symbol.iterator] ?? undefined;
  if (iterator !== undefined) {
    if (typeof iterator !== 'function') return given;
    const pairs = [...(given as Iterable<unknown>)].map((pair) =>
      isObject(pair) && Symbol.iterator in pair ? [...(pair as Iterable<unknown>)] : pair,
    );
    const names = pairs.map((pair) => isObject(pair) && (pair as unknown[])[0]);
    add?.({ has: (name) => names.some(isNamed(name)), set: (name, value) => pairs.push([name, value]) });
    return pairs;
  }
  const record: Record<string, unknown> = { ...given };
  const names = Object.keys(record);
  add?.({
    has: (name) => names.some(isNamed(name)),
    set: (name, value) => {
      record[name] = value;
    },
  });
  return record;
}

/** A Request loses its referrer to any init that says something (https://fetch.spec.whatwg.org/#dom-request, step 13). */
function saysNothing(init: object): boolean {
  return Object.values(Object.getOwnPropertyDescriptors(init)).every(
    (own) => 'value' in own && own.value === undefined,
  );
}

/**
 * Puts a view of the caller's init into `args`: the platform reads each member of the caller's object through it, once,
 * in its own order and with its own errors, and finds the header besides. The caller's objects stay as they are.
 */
export function passArguments(args: unknown[], call: FetchCall, add: AddHeaders | undefined): void {
  const { init, request } = call;
  if (!init && !add) return;
  const kept: Record<string, unknown> =
    request && add && (!init || saysNothing(init))
      ? { referrer: read(request, 'referrer'), referrerPolicy: read(request, 'referrerPolicy') }
      : {};
  const headersOf = (given: unknown): unknown => {
    const headers = given === undefined && add ? (request ? read(request, 'headers') : {}) : given;
    call.headers = copyHeaders(headers, add);
    return call.headers;
  };
  if (!init) {
    args[1] = { ...kept, headers: headersOf(undefined) };
    return;
  }
  const own = (): (string | symbol)[] => [...new Set([...Reflect.ownKeys(init), ...(add ? ['headers'] : [])])];
  args[1] = new Proxy(kept, {
    get(_, member) {
      const value: unknown = Reflect.get(init, member);
      if (member === 'headers') return headersOf(value);
      if (member === 'body') call.body = value;
      if (member === 'method' && value !== undefined && typeof value !== 'symbol') {
        const method = `${value as string}`;
        call.method = normalizeMethod(method);
        return method;
      }
      return value === undefined ? kept[member as string] : value;
    },
    has: (_, member) => own().includes(member) || Reflect.has(init, member),
    // For those who have replaced `fetch` before us and take the init apart.
    ownKeys: own,
    getOwnPropertyDescriptor: (_, member) =>
      own().includes(member)
        ? {
            configurable: true,
            writable: true,
            value: undefined,
            enumerable: Reflect.getOwnPropertyDescriptor(init, member)?.enumerable ?? true,
          }
        : undefined,
  });
}

/** An object of plain values: to copy it runs no code of the page, and the platform finds the same in the copy. */
function isPlain(value: unknown, exceptions: readonly string[] = []): value is Record<string, unknown> {
  return (
    isObject(value) &&
    Object.getPrototypeOf(value) === Object.prototype &&
    Object.entries(Object.getOwnPropertyDescriptors(value)).every(
      ([name, own]) => 'value' in own && (!isObject(own.value) || exceptions.includes(name)),
    )
  );
}

/**
 * The arguments once more, to make the same request without our headers; undefined where that would not be safe: it changes
 * something on the server, or asks the page's objects again.
 */
export function argumentsWithout(
  args: readonly unknown[],
  { init, request, method }: FetchCall,
): unknown[] | undefined {
  if (method !== 'GET' && method !== 'HEAD') return undefined;
  if (!init || (request && saysNothing(init))) return [args[0]];
  if (!isPlain(init, ['headers', 'signal'])) return undefined;
  const copy = { ...init };
  const { headers } = copy;
  if (headers instanceof Headers) copy['headers'] = new Headers(headers);
  else if (isPlain(headers)) copy['headers'] = { ...headers };
  else if (headers !== undefined) return undefined;
  return [args[0], copy];
}

/** What a hook is told of a call that has begun. */
export function describeFetchCall({ method, url, request, body, headers }: FetchCall): RequestDescription {
  const given = headers ?? (request && read(request, 'headers'));
  return { method, url: new URL(url), headers: new Headers(given as HeadersInit | undefined), body };
}
