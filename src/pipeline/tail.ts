import type { Trace } from '../trace/trace.js';

/** Which traces are exported although they were not sampled; decided when they settle. */
export interface TailOptions {
  /** Those with a span that failed. Default: true. */
  errors?: boolean;
  /** Those that took longer (ms), from the root's start to the last end. Default: none. */
  slowerThan?: number;
  /** At most so many traces a minute. Default: 60. */
  perMinute?: number;
}

const MINUTE = 60_000;

/**
 * Keeps traces by how they went. Until a trace settles its spans are those that the trace holds anyway, 10,000 at most and
 * for `maxTraceDuration` at most, so that nothing more is buffered.
 */
export class TailSampler {
  readonly #options: Required<TailOptions>;
  readonly #kept = new WeakSet<Trace>();
  #minute = Number.NEGATIVE_INFINITY;
  #keptThisMinute = 0;

  constructor({ errors = true, slowerThan = Number.POSITIVE_INFINITY, perMinute = 60 }: TailOptions) {
    this.#options = { errors, slowerThan, perMinute };
  }

  /** Whether it was decided to keep the trace: a span of it may end after it has settled. */
  keeps(trace: Trace): boolean {
    return this.#kept.has(trace);
  }

  decide(trace: Trace): 'keep' | 'leave' | 'overRate' {
    const { errors, slowerThan, perMinute } = this.#options;
    const start = trace.rootSpan?.startTime ?? 0;
    const isKept = trace.spans.some(
      ({ status, endTime }) => (errors && status === 'ERROR') || (endTime ?? start) - start > slowerThan,
    );
    if (!isKept) return 'leave';
    const now = performance.now();
    if (now - this.#minute >= MINUTE) {
      this.#minute = now;
      this.#keptThisMinute = 0;
    }
    if (this.#keptThisMinute >= perMinute) return 'overRate';
    this.#keptThisMinute++;
    this.#kept.add(trace);
    return 'keep';
  }
}
