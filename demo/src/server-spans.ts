import type { ServerSpan, ServerSpanChannel } from 'zonetrace/server-spans';

/** Where serve.js sends the spans of the shop's services, as they come. */
export const SERVER_SPANS = '/server-spans';

/** A channel for `joinServerSpans`: server-sent events, which begin with what came before. */
export function openServerSpans(): ServerSpanChannel {
  const source = new EventSource(SERVER_SPANS);
  return {
    on(_, listener) {
      source.addEventListener('message', ({ data }) => listener(JSON.parse(data) as ServerSpan[]));
    },
    off: () => source.close(),
    send() {},
  };
}
