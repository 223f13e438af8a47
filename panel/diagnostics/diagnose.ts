import type { SpanStore } from '../../src/store/span-store.js';
import type { ContextLoss } from '../../src/store/stored-trace.js';
import type { SpanContext } from '../../src/trace/types.js';
import type { PanelHost } from '../host.js';
import { formatCount } from '../layout/format-count.js';
import { formatOpen } from '../layout/format-open.js';

/** Something that tracing noticed of itself or of the page. */
export interface Finding {
  readonly what: string;
  readonly remedy: string;
  /** How often; 0 where that says nothing. */
  readonly count: number;
  /** Where: a stack, or the error behind it. */
  readonly detail?: string | undefined;
  /** The span that it is about. */
  readonly span?: SpanContext;
}

/** Spans that never ended, listed one by one; the rest is counted. */
const MAX_OPEN = 20;

const LOSS_REMEDIES: Record<ContextLoss['reason'], string> = {
  expired:
    'More than sixteen plain values were awaited in a row. Await a promise in between, or give the parent option to what comes after',
  unhooked:
    'It began in the callback of an API that is not followed, or after a promise of another frame. Wrap the callback with new Snapshot().wrap(…) of zonetrace/zone, or give the parent option',
};

/** Everything that is wrong, each with its remedy; what is certain and of the page first. */
export function diagnose({ store, remarks = [] }: PanelHost): Finding[] {
  return [...losses(store), ...neverEnded(store), ...dropped(store), ...said(remarks)];
}

function* losses(store: SpanStore): Iterable<Finding> {
  for (const { reason, name, stack } of store.losses) {
    yield {
      what: `"${name}" began without a parent ${reason === 'expired' ? 'and should have one' : 'while another span waited'}`,
      remedy: LOSS_REMEDIES[reason],
      count: 1,
      detail: stack.split('\n').slice(1).join('\n'),
    };
  }
  const rest = store.lostContexts - store.losses.length;
  if (rest > 0)
    yield { what: 'Further spans began without a parent', remedy: 'The first ones are listed above', count: rest };
}

function* neverEnded(store: SpanStore): Iterable<Finding> {
  let listed = 0;
  let rest = 0;
  for (let i = store.traces.length - 1; i >= 0; i--) {
    const trace = store.traces[i];
    if (!trace?.settled || trace.openSpans === 0 || trace.source) continue;
    for (const row of trace.rows) {
      const record = store.record(row);
      if (!record || !Number.isNaN(store.endTimes[row] as number)) continue;
      if (listed++ >= MAX_OPEN) rest++;
      else {
        yield {
          what: `"${record.name}" ${formatOpen(true)}`,
          remedy: 'Call end() on every way out, or use withSpan or using, which do it',
          count: 1,
          span: record.context,
        };
      }
    }
  }
  if (rest > 0)
    yield { what: `Further spans ${formatOpen(true)}`, remedy: 'The newest ones are listed above', count: rest };
}

function* dropped(store: SpanStore): Iterable<Finding> {
  const beyond = store.traces.reduce((sum, trace) => sum + (trace.source ? 0 : trace.droppedSpans), 0);
  if (beyond > 0) {
    yield {
      what: 'Spans beyond the limit of their trace were dropped',
      remedy: 'Raise limits.spansPerTrace, or make fewer spans in a loop',
      count: beyond,
    };
  }
  if (store.droppedSpans > beyond) {
    yield {
      what: 'Spans are no longer in this panel',
      remedy: `It keeps the last ${formatCount(store.maxSpans)}, and takes none while it is paused. Save what you need`,
      count: store.droppedSpans - beyond,
    };
  }
}

function* said(remarks: NonNullable<PanelHost['remarks']>): Iterable<Finding> {
  for (const { message, cause, count } of remarks) {
    const [what, ...remedy] = message.split('; ');
    yield { what: `${what}`, remedy: remedy.join('; '), count, detail: describe(cause) };
  }
}

function describe(cause: unknown): string | undefined {
  if (cause === undefined) return undefined;
  try {
    if (!(cause instanceof Error)) return String(cause);
    const { stack = '', message } = cause;
    return stack.includes(message) ? stack : `${cause}\n${stack}`; // SpiderMonkey's has no message in it
  } catch {
    return undefined;
  }
}
