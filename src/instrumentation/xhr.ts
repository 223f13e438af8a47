import { matchesUrl } from '../propagation/targets.js';
import type { Span } from '../trace/span.js';
import { addTraceHeaders } from '../trace-headers.js';
import { listenOutside } from '../zone/outside.js';
import { replaceMethod, undoAll } from '../zone/replace.js';
import {
  callRequestHook,
  endHttpSpan,
  failHttpSpan,
  type HttpCall,
  normalizeMethod,
  propagatesTo,
  type RequestHooks,
  type RequestOptions,
  type ResponseDescription,
  startHttpSpan,
} from './http-span.js';
import { readUrl } from './read-url.js';
import { noteAnswer, noteFailure, refusesHeaders } from './refused-headers.js';
import { ResourceTimings } from './resource-timings.js';

interface Request extends HttpCall {
  /** What the page has set. */
  headers: Headers;
  span: Span | undefined;
  /** It was sent with our headers. */
  carries: boolean;
  timing: ReturnType<ResourceTimings['expect']>;
}

type Method = (this: XMLHttpRequest, ...args: unknown[]) => void;

/** Makes text of objects as the platform would, so that it finds text and they are asked once. */
function askOnce(xhr: XMLHttpRequest, args: unknown[]): void {
  if (!(xhr instanceof XMLHttpRequest) || args.length < 2) return; // refused before it asks
  for (const i of [0, 1]) if (typeof args[i] === 'object' || typeof args[i] === 'function') args[i] = `${args[i]}`;
}

function responseOf(xhr: XMLHttpRequest): ResponseDescription {
  const { status, statusText, responseURL } = xhr;
  return {
    status,
    statusText,
    url: responseURL,
    get headers() {
      const lines = xhr.getAllResponseHeaders().trim().split('\r\n').filter(Boolean);
      return new Headers(lines.map((line) => line.split(/: (.*)/, 2) as [string, string]));
    },
  };
}

/**
 * Makes a span of each XMLHttpRequest, from `send` to its end, and passes the trace on to the origins that may have it.
 * Works for synchronous ones, and for objects that are opened again; completed from Resource Timing.
 */
export function instrumentXhr(options: RequestOptions & RequestHooks): () => void {
  const timings = new ResourceTimings('xmlhttprequest');
  const requests = new WeakMap<XMLHttpRequest, Request>();
  const { prototype } = XMLHttpRequest;
  const setHeader = prototype.setRequestHeader as Method;

  function end(xhr: XMLHttpRequest, type: string, error?: unknown): void {
    const request = requests.get(xhr);
    const span = request?.span;
    if (!span) return;
    request.span = undefined;
    timings.settle(request.timing, type === 'load', xhr.responseURL);
    if (type === 'error') noteFailure(request.url, request.carries);
    else if (type === 'load' && !request.carries) noteAnswer(request.url, xhr.responseURL);
    if (type === 'load') endHttpSpan('xhr', options, span, request, responseOf(xhr));
    else failHttpSpan(span, type as 'abort' | 'timeout' | 'error', error);
  }

  /** One function for all, so that an object has it once however often it is opened. */
  const ended = ({ type, target }: Event): void => end(target as XMLHttpRequest, type);
  const listeners = { load: ended, error: ended, abort: ended, timeout: ended };

  function begin(xhr: XMLHttpRequest, request: Request): Span {
    const span = startHttpSpan(request);
    request.span = span;
    if (propagatesTo(request.url, options) && !refusesHeaders(request.url)) {
      const target = {
        has: (name: string) => request.headers.has(name),
        set: (name: string, value: string) => setHeader.call(xhr, name, value),
      };
      try {
        request.carries = addTraceHeaders(target, span);
      } catch {
        // Not opened, or sent already: the platform's own error follows.
      }
    }
    // While they are captured: a listener of the page may open the object again.
    listenOutside(xhr, listeners, true);
    request.timing = timings.expect(span, request.url);
    return span;
  }

  const undo = [
    replaceMethod<Method>(prototype, 'open', (native) => {
      return function (...args) {
        const pending = requests.get(this)?.span;
        const isDone = pending && this.readyState === XMLHttpRequest.DONE;
        if (isDone) end(this, this.status > 0 ? 'load' : 'error'); // its listener is about to be called
        askOnce(this, args);
        native.apply(this, args);
        if (pending && !isDone) end(this, 'abort'); // opening again calls the former request off, in silence
        const url = readUrl(String(args[1]));
        if (url && !matchesUrl(url, options.ignoreUrls)) {
          const method = normalizeMethod(String(args[0]));
          requests.set(this, {
            url,
            method,
            headers: new Headers(),
            span: undefined,
            carries: false,
            timing: undefined,
          });
        } else requests.delete(this);
      };
    }),
    replaceMethod<Method>(prototype, 'setRequestHeader', (native) => {
      return function (...args) {
        askOnce(this, args);
        native.apply(this, args);
        requests.get(this)?.headers.append(String(args[0]), String(args[1]));
      };
    }),
    replaceMethod<Method>(prototype, 'send', (native) => {
      return function (...args) {
        const request = requests.get(this);
        if (!request || request.span || this.readyState !== XMLHttpRequest.OPENED) return native.apply(this, args);
        const span = begin(this, request);
        callRequestHook('xhr', options, span, () => {
          const { method, url, headers } = request;
          return { method, url: new URL(url), headers: new Headers(headers), body: args[0] };
        });
        try {
          native.apply(this, args);
        } catch (error) {
          end(this, 'error', error);
          throw error;
        }
        if (request.timing) request.timing.until = performance.now();
      };
    }),
  ];
  return () => {
    undoAll(undo)();
    timings.stop();
  };
}
