import { scopeIn } from '../scope.js';
import { Span } from '../trace/span.js';
import type { SpanContext } from '../trace/types.js';
import { tracer } from '../tracer.js';
import { setRunHook } from '../zone/task-hook.js';

/** A run that took less (ms) makes no frame long; the browser tells of scripts from here on as well. */
const NOTICEABLE = 5;

/** Runs that are remembered until their frame is told, which is soon after its paint. */
const MAX_RUNS = 32;

/** Traces in which a cause is looked for, the newest, and spans of each: a long frame must not make the next one long. */
const MAX_TRACES = 32;
const MAX_SPANS = 500;

/** Finds whose code ran at a time. */
export interface FrameCause {
  /** The span whose code ran from one time of the page's clock to another; `clock`: ms since the Unix epoch at its zero. */
  find(from: number, to: number, clock: number): SpanContext | undefined;
  stop(): void;
}

/**
 * Notes the tasks and listeners of spans as they end. `skip`: spans that the browser told of afterwards, which ran no code.
 */
export function watchFrameCauses(skip: (span: Span) => boolean): FrameCause {
  const { store } = tracer;
  const runs: { end: number; span: Span }[] = [];
  let next = 0;
  let lastEnd = 0;

  setRunHook((zone) => {
    const end = performance.now();
    // No run took longer than the time since the end of the one before: one look at the clock is enough.
    if (end - lastEnd >= NOTICEABLE) {
      const span = scopeIn(zone)?.span;
      if (span && !span.tentative) runs[next++ % MAX_RUNS] = { end, span };
    }
    lastEnd = end;
  });

  /**
   * The innermost span that took most of the time; else the one whose task ended then; else one that began or ended then.
   * The continuation of a promise of the platform's that does none of these is not found: to note each would cost every
   * await a look at the clock.
   */
  function find(from: number, to: number, clock: number): SpanContext | undefined {
    const ran = runs.filter(({ end }) => end >= from && end <= to + 1).sort((a, b) => b.end - a.end)[0]?.span;
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

  return { find, stop: () => setRunHook(undefined) };
}
