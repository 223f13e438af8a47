import { matchesUrl, mayPropagate } from '../propagation/targets.js';
import type { Span } from '../trace/span.js';
import { addTraceHeaders } from '../trace-headers.js';
import { zoneSymbol } from '../zone/native.js';
import { replaceMethod, undoAll } from '../zone/replace.js';
import { runOutside } from '../zone/variable.js';
import {
  endHttpSpan,
  failHttpSpan,
  type HttpCall,
  normalizeMethod,
  type RequestOptions,
  startHttpSpan,
} from './http-span.js';

interface Request extends HttpCall {
  /** The headers that the page has set itself, in lower case. */
  headers: Set<string>;
  span: Span | undefined;
}

type Open = (this: XMLHttpRequest, ...args: unknown[]) => void;
type SetHeader = (this: XMLHttpRequest, name: string, value: string) => void;
type Send = (this: XMLHttpRequest, ...args: unknown[]) => void;

const ENDINGS = ['load', 'error', 'abort', 'timeout'] as const;

function readUrl(url: unknown): URL | undefined {
  try {
    return new URL(String(url), document.baseURI);
  } catch {
    return undefined;
  }
}

/**
 * Makes a span of each XMLHttpRequest, from `send` to its end, and passes the trace on to the origins that may have it.
 * Works for synchronous ones, and for objects that are opened again.
 */
export function instrumentXhr(options: RequestOptions): () => void {
  const requests = new WeakMap<XMLHttpRequest, Request>();
  const { prototype } = XMLHttpRequest;
  const platform = prototype as unknown as Record<string, XMLHttpRequest['addEventListener'] | undefined>;
  const eventTarget = EventTarget.prototype as unknown as typeof platform;
  /** Zone.js's original: a listener of ours is no task of anybody. */
  const listen = (eventTarget[zoneSymbol('addEventListener')] ??
    prototype.addEventListener) as XMLHttpRequest['addEventListener'];
  const setHeader = prototype.setRequestHeader;

  function watch(xhr: XMLHttpRequest, request: Request, span: Span): void {
    const end = (event: Event): void => {
      if (request.span !== span) return; // opened again in the meantime
      request.span = undefined;
      if (event.type === 'load') endHttpSpan(span, xhr.status, xhr.statusText);
      else failHttpSpan(span, event.type as 'abort' | 'timeout' | 'error');
    };
    for (const type of ENDINGS) listen.call(xhr, type, end, { once: true });
  }

  function begin(xhr: XMLHttpRequest, request: Request): Span {
    const span = startHttpSpan(request);
    request.span = span;
    if (mayPropagate(request.url, options.propagateTo)) {
      const target = {
        has: (name: string) => request.headers.has(name),
        set: (name: string, value: string) => setHeader.call(xhr, name, value),
      };
      try {
        addTraceHeaders(target, span);
      } catch {
        // Not opened, or sent already: the platform's own error follows.
      }
    }
    runOutside(() => watch(xhr, request, span));
    return span;
  }

  const undo = [
    replaceMethod<Open>(prototype, 'open', (native) => {
      return function (this: XMLHttpRequest, ...args) {
        const pending = requests.get(this);
        native.apply(this, args);
        if (pending?.span) {
          failHttpSpan(pending.span, 'abort'); // opening again calls the former request off, in silence
          pending.span = undefined;
        }
        const url = readUrl(args[1]);
        if (url && !matchesUrl(url, options.ignoreUrls)) {
          requests.set(this, { url, method: normalizeMethod(String(args[0])), headers: new Set(), span: undefined });
        } else requests.delete(this);
      };
    }),
    replaceMethod<SetHeader>(prototype, 'setRequestHeader', (native) => {
      return function (this: XMLHttpRequest, ...args) {
        native.apply(this, args);
        requests.get(this)?.headers.add(String(args[0]).toLowerCase());
      };
    }),
    replaceMethod<Send>(prototype, 'send', (native) => {
      return function (this: XMLHttpRequest, ...args) {
        const request = requests.get(this);
        if (!request || request.span || this.readyState !== XMLHttpRequest.OPENED) return native.apply(this, args);
        const span = begin(this, request);
        try {
          return native.apply(this, args);
        } catch (error) {
          request.span = undefined;
          failHttpSpan(span, 'error', error);
          throw error;
        }
      };
    }),
  ];
  return undoAll(undo);
}
