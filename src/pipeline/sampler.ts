import { warnOnce } from '../warn.js';

/** What a function that samples is told of a trace that begins. */
export interface SamplingContext {
  /** 32 hex digits. */
  readonly traceId: string;
  /** The name of the trace's first span. */
  readonly name: string;
}

/**
 * Which traces are exported: all, none, a share of them (0 to 1) by their id, or those that a function says. A trace that
 * another process began keeps that process's decision. What is not sampled is propagated as such and still shown in the
 * panel.
 */
export type Sampler = 'always' | 'never' | number | ((context: SamplingContext) => boolean);

/** The last 56 bits of a trace id are random (https://www.w3.org/TR/trace-context-2/#randomness-of-trace-id). */
const RANDOM_DIGITS = 14;

/**
 * The share of traces by their ids, as OpenTelemetry's consistent probability sampling takes it: a collector that samples
 * the same share takes the same traces (https://opentelemetry.io/docs/specs/otel/trace/tracestate-probability-sampling/).
 */
function isInShare(traceId: string, share: number): boolean {
  // The first 52 of the 56 bits: a double holds them exactly, and a share has no more.
  const random = Number.parseInt(traceId.slice(-RANDOM_DIGITS, -1), 16);
  return random >= (1 - share) * 2 ** (4 * (RANDOM_DIGITS - 1));
}

/** Whether a trace is sampled. A function that throws samples: nothing is lost. */
export function isSampled(sampler: Sampler, context: SamplingContext): boolean {
  if (sampler === 'always' || sampler === 'never') return sampler === 'always';
  if (typeof sampler === 'number') return isInShare(context.traceId, sampler);
  try {
    return sampler(context) !== false;
  } catch (error) {
    warnOnce('the sampler option threw, and the trace was sampled; make it return true or false', error);
    return true;
  }
}
