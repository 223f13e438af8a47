import type { SpanExporter } from '../processor.js';
import type { Span } from '../trace/span.js';
import { warnOnce } from '../warn.js';

/** As Chromium takes it (https://developer.chrome.com/docs/devtools/performance/extension); times on performance.now()'s axis. */
type MarkOnTrack = (
  label: string,
  start: number,
  end: number,
  track: string,
  trackGroup: string,
  colour: 'primary' | 'secondary' | 'tertiary' | 'error',
) => void;

const COLOURS = {
  INTERNAL: 'primary',
  CLIENT: 'secondary',
  SERVER: 'tertiary',
  PRODUCER: 'tertiary',
  CONSUMER: 'tertiary',
} as const;

/**
 * Shows spans in the Performance panel of the browser's developer tools while that records: a track for each trace's root,
 * in the group "zonetrace". Chromium only, and elsewhere without effect: others take `console.timeStamp` for a mark at the
 * present moment.
 */
export class PerformancePanelExporter implements SpanExporter {
  readonly #mark: MarkOnTrack | undefined;

  constructor() {
    const isChromium = 'chrome' in globalThis && typeof console.timeStamp === 'function';
    if (isChromium) this.#mark = console.timeStamp.bind(console) as unknown as MarkOnTrack;
    else warnOnce('PerformancePanelExporter shows nothing in this browser; open the page in Chromium 134 or later');
  }

  export(spans: readonly Span[]): void {
    for (const { name, startTime, endTime = startTime, status, kind, trace } of spans) {
      const offset = trace.fromPageTime(0);
      const colour = status === 'ERROR' ? 'error' : COLOURS[kind];
      this.#mark?.(name, startTime - offset, endTime - offset, trace.rootSpan?.name ?? name, 'zonetrace', colour);
    }
  }

  async shutdown(): Promise<void> {}
}
