import { matchesUrl, mayPropagate } from '../propagation/targets.js';
import type { Span } from '../trace/span.js';
import { addTraceHeaders } from '../trace-headers.js';
import { observePromise } from '../zone/observe-promise.js';
import { replaceMethod } from '../zone/replace.js';
import {
  endHttpSpan,
  failHttpSpan,
  type HttpCall,
  normalizeMethod,
  type RequestOptions,
  startHttpSpan,
} from './http-span.js';
import { ResponseBodies } from './response-body.js';

/** Everything that RequestInit has, for objects whose members are accessors of a class. */
const INIT_MEMBERS = [
  'attributionReporting',
  'body',
  'browsingTopics',
  'cache',
  'credentials',
  'duplex',
  'headers',
  'integrity',
  'keepalive',
  'method',
  'mode',
  'priority',
  'redirect',
  'referrer',
  'referrerPolicy',
  'signal',
  'targetAddressSpace',
  'window',
] as const;

interface Call extends HttpCall {
  mode: string | undefined;
}

/** What a call asks for; undefined where the platform will refuse it, which is left to the platform. */
function readCall(input: unknown, init: RequestInit | undefined): Call | undefined {
  try {
    const request = input instanceof Request ? input : undefined;
    if (!request && typeof input !== 'string' && !(input instanceof URL)) return undefined;
    const url = new URL(request ? request.url : String(input), document.baseURI);
    const method = String(init?.method ?? request?.method ?? 'GET');
    return { url, method: normalizeMethod(method), mode: init?.mode ?? request?.mode };
  } catch {
    return undefined;
  }
}

/** A copy of `init` with the headers added; the caller's objects stay as they are. Undefined where it has them already. */
function withHeaders(input: unknown, init: RequestInit | undefined, span: Span): RequestInit | undefined {
  const copy: Record<string, unknown> = {};
  if (init)
    for (const member of INIT_MEMBERS) if (member in init) copy[member] = (init as Record<string, unknown>)[member];
  const given = copy['headers'] ?? (input instanceof Request ? input.headers : undefined);
  const headers = new Headers(given as HeadersInit | undefined);
  if (!addTraceHeaders(headers, span)) return undefined;
  copy['headers'] = headers;
  return copy as RequestInit;
}

/** An event stream stays open: it does not hold its trace. */
function hasBody(method: string, response: Response): boolean {
  if (method === 'HEAD' || response.status === 204 || response.status === 304) return false;
  return !response.headers.get('content-type')?.startsWith('text/event-stream');
}

/**
 * Makes a span of each `fetch`, from the call to the headers, and passes the trace on to the origins that may have it.
 * The trace stays live until the body has arrived. Arguments, result, rejections and throws are the platform's.
 */
export function instrumentFetch(options: RequestOptions): () => void {
  const bodies = new ResponseBodies();

  const undo = replaceMethod<typeof fetch>(globalThis, 'fetch', (native) => {
    return function (this: unknown, ...args: Parameters<typeof fetch>) {
      const call = readCall(args[0], args[1]);
      if (!call || matchesUrl(call.url, options.ignoreUrls)) return native.apply(this as never, args);
      const since = performance.now();
      const span = startHttpSpan(call);
      let result: Promise<Response>;
      try {
        result = native.apply(this as never, traceableArguments(args, call, span));
      } catch (error) {
        span.recordException(error).finish();
        throw error;
      }
      observePromise(
        result,
        (response) => finish(span, call, since, response as Response),
        (error) => failHttpSpan(span, (error as Error | undefined)?.name === 'AbortError' ? 'abort' : 'error', error),
      );
      return result;
    } as typeof fetch;
  });

  function traceableArguments(args: Parameters<typeof fetch>, call: Call, span: Span): Parameters<typeof fetch> {
    if (call.mode === 'no-cors' || !mayPropagate(call.url, options.propagateTo)) return args;
    try {
      const init = withHeaders(args[0], args[1], span);
      return init ? [args[0], init] : args;
    } catch {
      return args; // headers that the platform refuses too
    }
  }

  function finish(span: Span, { url, method }: Call, since: number, response: Response): void {
    if (hasBody(method, response) && url.protocol.startsWith('http')) {
      // Resource Timing names the URL that was asked for, before redirects.
      const release = span.trace.hold();
      bodies.wait(url.href, since, (entry) => release(entry !== undefined));
    }
    endHttpSpan(span, response.status, response.statusText);
  }

  return () => {
    undo();
    bodies.stop();
  };
}
