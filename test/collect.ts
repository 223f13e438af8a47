import type { Span, SpanProcessor } from '../src/index.js';
import type { InstrumentOptions } from '../src/options.js';

/** What the browser measures when it likes: no part of a test that is not about it. */
const MEASURES = /^(web vital |long frame$|long task$|script )/;

/** Keeps the spans that it is shown, in the order of their end. */
export class Collector implements SpanProcessor {
  readonly started: Span[] = [];
  readonly ended: Span[] = [];
  readonly #withMeasures: boolean;

  constructor({ withMeasures = false } = {}) {
    this.#withMeasures = withMeasures;
  }

  #sees({ name }: Span): boolean {
    return this.#withMeasures || !MEASURES.test(name);
  }

  onStart(span: Span): void {
    if (this.#sees(span)) this.started.push(span);
  }

  onEnd(span: Span): void {
    if (this.#sees(span)) this.ended.push(span);
  }

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {}

  named(name: string): Span {
    const span = this.started.find((candidate) => candidate.name === name);
    if (!span) throw new Error(`no span "${name}" among ${this.started.map((each) => each.name).join(', ')}`);
    return span;
  }
}

/** What is written by console.warn while `run` works. */
export async function collectWarnings(run: () => unknown): Promise<string[]> {
  const warnings: string[] = [];
  const { warn } = console;
  console.warn = (...args: unknown[]) => warnings.push(String(args[0]));
  try {
    await run();
  } finally {
    console.warn = warn;
  }
  return warnings;
}

export const macrotask = (ms = 0): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Lets no time pass for the code of a window, so that its listeners take none however slow the machine is; returns the
 * undo. The browser's own clocks go on.
 */
export function stopClock({ performance }: { performance: Performance } = globalThis): () => void {
  const { now } = performance;
  const time = now.call(performance);
  performance.now = () => time;
  return () => {
    performance.now = now;
  };
}

/** All of them, by the compiler's word. */
const SOURCES = Object.keys({
  interaction: 0,
  longFrame: 0,
  webVitals: 0,
  fetch: 0,
  xhr: 0,
  worker: 0,
  frame: 0,
  broadcastChannel: 0,
  error: 0,
  webSocket: 0,
  eventSource: 0,
  beacon: 0,
  webTransport: 0,
  navigation: 0,
  documentLoad: 0,
} satisfies Record<keyof InstrumentOptions, 0>);

/** The switches that leave only these sources on: others' spans would stand between. */
export function only(...wanted: (keyof InstrumentOptions)[]): InstrumentOptions {
  return Object.fromEntries(SOURCES.map((source) => [source, (wanted as string[]).includes(source)]));
}

/** These sources with their options, and no others. */
export function withOptions(sources: InstrumentOptions): InstrumentOptions {
  return { ...only(), ...sources };
}
