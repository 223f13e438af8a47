import type { HeaderTarget } from '../propagation/headers.js';
import { matchesUrl } from '../propagation/targets.js';
import type { Span } from '../trace/span.js';
import { addTraceHeaders } from '../trace-headers.js';
import { catchNative, isNativePromise as isPromise, observePromise } from '../zone/observe-promise.js';
import { isNative, ownerOf, replaceMethod, undoAll } from '../zone/replace.js';
import { argumentsWithout, describeFetchCall, passArguments, readFetchCall } from './fetch-arguments.js';
import {
  callRequestHook,
  endHttpSpan,
  failHttpSpan,
  propagatesTo,
  type RequestHooks,
  type RequestOptions,
  startHttpSpan,
} from './http-span.js';
import { noteAnswer, noteFailure, refusesHeaders } from './refused-headers.js';
import { ResourceTimings } from './resource-timings.js';
import { watchBodies } from './watch-bodies.js';

type Fetch = (this: unknown, ...args: unknown[]) => Promise<Response>;

/** Also what the platform says of arguments; nothing was sent then, and nothing is the second time. */
const isNetworkError = (error: unknown): boolean => error instanceof TypeError;

/** An event stream stays open; of what no network answered and of redirects not followed nothing is told. */
function hasTiming({ type, headers }: Response): boolean {
  return /^(basic|cors|opaque)$/.test(type) && !headers.get('content-type')?.startsWith('text/event-stream');
}

/**
 * Makes a span of each `fetch`, from the call to the headers, and passes the trace on to the origins that may have it.
 * The trace stays live until the body has arrived; the span is completed from Resource Timing then. Arguments, result,
 * rejections and throws are the platform's.
 */
export function instrumentFetch(options: RequestOptions & RequestHooks): () => void {
  const timings = new ResourceTimings('fetch');
  const answers = new WeakMap<Response, Span>();

  const undo = [
    replaceMethod<Fetch>(ownerOf(globalThis, 'fetch'), 'fetch', (native) => {
      // Whoever has replaced it before may wait for something first.
      const isLate = !isNative(native);
      return function (...args) {
        const call = readFetchCall(args);
        if (!call || matchesUrl(call.url, options.ignoreUrls)) return native.apply(this, args);
        const span = startHttpSpan(call);
        const { method, mode } = call;
        const propagates = mode !== 'no-cors' && propagatesTo(call.url, options) && !refusesHeaders(call.url);
        const bare = propagates && argumentsWithout(args, call);
        let carries = false;
        const addOurs = (headers: HeaderTarget): void => {
          carries = addTraceHeaders(headers, span);
        };
        passArguments(args, call, propagates ? addOurs : undefined);
        const timing = timings.expect(span, call.url, isLate || Boolean(call.keepalive));
        let result: Promise<Response>;
        try {
          result = native.apply(this, args);
        } catch (error) {
          timing?.end();
          failHttpSpan(span, 'error', error);
          throw error;
        }
        if (bare && carries && isPromise(result)) {
          result = catchNative(result, (error) => {
            if (!isNetworkError(error) || !noteFailure(call.url, true)) throw error;
            carries = false;
            span.setAttribute('zonetrace.http.repeated_without_headers', true);
            if (timing) timing.since = performance.now();
            const repeated = native.apply(this, bare);
            if (timing) timing.until = performance.now();
            return repeated;
          });
        }
        if (timing) timing.until = performance.now();
        if (call.method !== method) {
          span.updateName(`${call.method} ${call.url.pathname}`).setAttribute('http.request.method', call.method);
        }
        callRequestHook('fetch', options, span, () => describeFetchCall(call));
        observePromise(
          result,
          (response) => {
            if (!(response instanceof Response)) {
              timing?.end();
              span.finish();
              return;
            }
            if (hasTiming(response)) timings.settle(timing, response.type !== 'opaque', response.url);
            else timing?.end();
            if (!carries) noteAnswer(call.url, response.url);
            answers.set(response, span);
            endHttpSpan('fetch', options, span, call, response);
          },
          (error) => {
            if (isNetworkError(error) && !(bare && carries)) noteFailure(call.url, carries);
            timings.settle(timing, false);
            failHttpSpan(span, 'error', error);
          },
        );
        return result;
      };
    }),
    watchBodies(answers),
  ];
  return () => {
    undoAll(undo)();
    timings.stop();
  };
}
