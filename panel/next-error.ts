import { type SpanStore, STATUS_ERROR } from '../src/store/span-store.js';
import type { StoredTrace } from '../src/store/stored-trace.js';

/**
 * The next span that says why something failed: of spans that failed together the innermost with an exception. From the
 * row on in its trace, then through those of `traces` (oldest first) that are older, and round again; undefined where none
 * has failed.
 */
export function nextError(
  store: SpanStore,
  traces: readonly StoredTrace[],
  from: StoredTrace | undefined,
  row: number,
): { trace: StoredTrace; row: number } | undefined {
  const end = from ? traces.indexOf(from) + 1 : traces.length;
  const inOrder = [...traces.slice(0, end).reverse(), ...traces.slice(end).reverse()].filter(
    ({ errors }) => errors > 0,
  );
  const [first] = inOrder;
  if (!first) return undefined;
  const causes = causesOf(store, first);
  const seen = first === from ? causes.indexOf(row) : -1;
  if (causes[seen + 1] !== undefined) return { trace: first, row: causes[seen + 1] as number };
  const trace = inOrder[1] ?? first;
  const [cause] = causesOf(store, trace);
  return cause === undefined ? undefined : { trace, row: cause };
}

/** Rows. */
function causesOf(store: SpanStore, { rows }: StoredTrace): number[] {
  const failed = new Set(rows.filter((row) => store.statuses[row] === STATUS_ERROR));
  const above = new Set([...failed].map((row) => store.parents[row] as number));
  const innermost = [...failed].filter((row) => !above.has(row));
  return [...new Set(innermost.map((row) => withException(store, failed, row)))];
}

/** Of a failed request the status is known; the exception that says what it meant is on what awaited it. */
function withException(store: SpanStore, failed: ReadonlySet<number>, innermost: number): number {
  for (let row = innermost; failed.has(row); row = store.parents[row] as number)
    if (store.record(row)?.events.some(({ name }) => name === 'exception')) return row;
  return innermost;
}
