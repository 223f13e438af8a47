import type { SpanExporter } from '../processor.js';
import type { Span } from '../trace/span.js';
import type { Trace } from '../trace/trace.js';
import { flattenTrace, formatDuration, type SpanNode } from '../trace/tree.js';

/** Options of a {@link ConsoleExporter}. */
export interface ConsoleExporterOptions {
  /** Where to print. Default: the page's console. */
  console?: Pick<Console, 'groupCollapsed' | 'log' | 'groupEnd'>;
}

/** A wider name column would push durations out of a usual console. */
const MAX_NAME_COLUMN = 60;

/**
 * Prints each trace once it has settled: a collapsed group with one aligned line a span, which has name, duration,
 * status and error.
 */
export class ConsoleExporter implements SpanExporter {
  readonly #console: Pick<Console, 'groupCollapsed' | 'log' | 'groupEnd'>;
  readonly #seen = new WeakSet<Trace>();
  readonly #pending = new Set<Promise<void>>();

  constructor(options: ConsoleExporterOptions = {}) {
    this.#console = options.console ?? console;
  }

  export(spans: readonly Span[]): void {
    for (const { trace } of spans) {
      if (this.#seen.has(trace)) continue;
      this.#seen.add(trace);
      const printed: Promise<void> = trace.settled.then((settled) => {
        this.#pending.delete(printed);
        this.#print(settled);
      });
      this.#pending.add(printed);
    }
  }

  async shutdown(): Promise<void> {
    await Promise.all(this.#pending);
  }

  #print(trace: Trace): void {
    const [title, ...lines] = formatTrace(trace);
    this.#console.groupCollapsed(title);
    for (const line of lines) this.#console.log(line);
    this.#console.groupEnd();
  }
}

/** A trace as lines of text: a title, then one line a span. */
export function formatTrace(trace: Trace): string[] {
  const nodes = flattenTrace(trace);
  const names = nodes.map(({ span, depth }) => `${'  '.repeat(depth)}${span.name}`);
  const nameWidth = Math.min(MAX_NAME_COLUMN, Math.max(...names.map((name) => name.length), 0));
  const durations = nodes.map(({ span }) => formatDuration(span.duration));
  const durationWidth = Math.max(...durations.map((text) => text.length), 0);
  const lines = nodes.map(({ span }, i) =>
    `${(names[i] as string).padEnd(nameWidth)}  ${(durations[i] as string).padStart(durationWidth)}  ${describeStatus(span)}`.trimEnd(),
  );
  const title = `${nodes[0]?.span.name ?? 'empty trace'}  ${formatDuration(lastEnd(nodes))}  ${countSpans(trace, nodes)}`;
  return [title, ...lines];
}

function describeStatus(span: Span): string {
  if (span.endTime === undefined) return 'not ended';
  return span.statusMessage ? `${span.status}  ${span.statusMessage}` : span.status;
}

function lastEnd(nodes: SpanNode[]): number | undefined {
  const start = nodes[0]?.span.startTime;
  if (start === undefined) return undefined;
  return nodes.reduce((last, { span }) => Math.max(last, span.endTime ?? span.startTime), start) - start;
}

function countSpans(trace: Trace, nodes: SpanNode[]): string {
  const errors = nodes.filter(({ span }) => span.status === 'ERROR').length;
  const parts = [nodes.length === 1 ? '1 span' : `${nodes.length} spans`];
  if (errors > 0) parts.push(errors === 1 ? '1 error' : `${errors} errors`);
  if (trace.droppedSpansCount > 0) parts.push(`${trace.droppedSpansCount} dropped`);
  return parts.join(', ');
}
