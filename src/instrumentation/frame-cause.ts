import { openStore } from '../open-store.js';
import { Span } from '../trace/span.js';
import type { SpanContext } from '../trace/types.js';
import { tracer } from '../tracer.js';
import type { Run } from './noted-runs.js';

/** Traces in which a cause is looked for, the newest, and spans of each: a long frame must not make the next one long. */
const MAX_TRACES = 32;
const MAX_SPANS = 500;

/** A time on the page's clock, which began at `clock` (ms since the Unix epoch). */
export interface Period {
  from: number;
  to: number;
  clock: number;
}

/**
 * Finds the span whose code ran then: the innermost one that took most of the time; else the one whose task ended then;
 * else one that began or ended then. The continuation of a promise of the platform's that does none of these is not found:
 * to note each would cost every await a look at the clock. `skip`: spans that the browser told of afterwards, which ran no
 * code.
 */
export function findFrameCause(
  { from, to, clock }: Period,
  runs: readonly Run[],
  skip: (span: Span) => boolean,
): SpanContext | undefined {
  const store = openStore(tracer);
  const ran = runs
    .filter(({ end }) => end >= from && end <= to + 1)
    .sort((a, b) => b.end - a.end)[0]
    ?.span.deref();
  const trace = ran && store.traceOf(ran.row);
  let touched: Span | undefined;
  for (const { rows } of trace ? [trace] : store.traces.slice(-MAX_TRACES).reverse()) {
    for (const row of rows.slice(-MAX_SPANS).reverse()) {
      const span = store.record(row);
      if (!(span instanceof Span) || skip(span)) continue;
      const began = span.startTime - clock;
      const ended = (span.endTime ?? Number.POSITIVE_INFINITY) - clock;
      const hasEnded = ended >= from && ended <= to + 1;
      const hasBegun = began >= from - 1 && began <= to;
      if (hasBegun && hasEnded && ended - began >= (to - from) / 2) return span.context;
      // A request is ended by the platform, and begun by its parent.
      if (hasEnded && span.kind !== 'CLIENT') touched ??= span;
      else if (hasEnded || hasBegun) touched ??= span.parent;
    }
  }
  return (ran ?? touched)?.context;
}
