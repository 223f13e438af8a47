/**
 * `zonetrace/server-spans`: shows the spans of servers in the page's traces. `zonetrace/vite` puts it into the page.
 * @module zonetrace/server-spans
 */
import { internals } from './core.js';
import { openStore } from './open-store.js';
import { Arrivals, type ServerSpan } from './server-spans/arrivals.js';
import { runOutside } from './zone/variable.js';

export type { ServerSpan } from './server-spans/arrivals.js';
export { openSourcesAt } from './source-opener.js';

/** Where the spans come from: `import.meta.hot` of Vite. */
export interface ServerSpanChannel {
  on(event: 'zonetrace:spans', listener: (spans: readonly ServerSpan[]) => void): void;
  off(event: 'zonetrace:spans', listener: (spans: readonly ServerSpan[]) => void): void;
  send(event: 'zonetrace:hello'): void;
}

/**
 * Takes spans of servers, as `zonetrace/vite` sends them, into the store of the page, where they join the traces of their
 * ids, and asks for those that came before the page was there. They go to no processor and no exporter. Does nothing without
 * a channel. Returns its undo.
 */
export function joinServerSpans(channel: ServerSpanChannel | undefined): () => void {
  if (!channel) return () => {};
  const arrivals = new Arrivals(openStore(internals.tracer));
  const take = (spans: readonly ServerSpan[]) => runOutside(() => arrivals.take(spans));
  channel.on('zonetrace:spans', take);
  channel.send('zonetrace:hello');
  return () => {
    channel.off('zonetrace:spans', take);
    arrivals.stop();
  };
}
