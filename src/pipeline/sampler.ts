import { runSuppressed } from '../suppressed.js';
import { SAMPLED, type SpanContext } from '../trace/types.js';
import { warnOnce } from '../warn.js';

/** What a function that samples is told of a trace that begins. */
export interface SamplingContext {
  /** 32 hex digits. */
  readonly traceId: string;
  /** The name of the trace's first span. */
  readonly name: string;
  /** 32 hex digits, the same for all traces of a visit; see `session.id`. */
  readonly sessionId: string;
  /** The span of another process that the trace goes on from. */
  readonly parent: SpanContext | undefined;
}

/**
 * Which traces are exported: all, none, a share of them (0 to 1) by their id, those that a function says, or a share of
 * the sessions: the same answer for every trace of a session.
 */
export type TraceSampler =
  | 'always'
  | 'never'
  | number
  | ((context: SamplingContext) => boolean)
  | { readonly session: number };

/** Decides by what the process that a trace goes on from has decided. */
export interface ParentBasedSampler {
  /** For the traces that begin here. */
  readonly root: TraceSampler;
  /** Where the parent is sampled. Default: `'always'`. */
  readonly parentSampled?: TraceSampler;
  /** Where the parent is not. Default: `'never'`. */
  readonly parentNotSampled?: TraceSampler;
}

/**
 * Which traces are exported. Without `root`, a trace that another process began keeps that process's decision. What is not
 * sampled is propagated as such and still shown in the panel.
 */
export type Sampler = TraceSampler | ParentBasedSampler;

/** The last 56 bits of a trace id are random (https://www.w3.org/TR/trace-context-2/#randomness-of-trace-id). */
const RANDOM_DIGITS = 14;

/** Randomness that goes with a trace whose id is not random (.../tracestate-probability-sampling/#explicit-randomness). */
const EXPLICIT_RANDOMNESS = /(?:^|,)\s*ot=[^,]*?\brv:([\da-f]{14})\b/;

/**
 * The share of ids by their random digits, as OpenTelemetry's consistent probability sampling takes it: a collector that
 * samples the same share takes the same traces (https://opentelemetry.io/docs/specs/otel/trace/tracestate-probability-sampling/).
 */
function isInShare(id: string, share: number): boolean {
  // The first 52 of the 56 bits: a double holds them exactly, and a share has no more.
  const random = Number.parseInt(id.slice(-RANDOM_DIGITS, -1), 16);
  return random >= (1 - share) * 2 ** (4 * (RANDOM_DIGITS - 1));
}

/** Whether a trace is sampled. A function that throws samples: nothing is lost. */
export function isSampled(sampler: Sampler, context: SamplingContext): boolean {
  const { parent } = context;
  const { root, parentSampled, parentNotSampled }: ParentBasedSampler =
    typeof sampler === 'object' && 'root' in sampler ? sampler : { root: sampler };
  const used = !parent
    ? root
    : parent.traceFlags & SAMPLED
      ? (parentSampled ?? 'always')
      : (parentNotSampled ?? 'never');
  if (used === 'always' || used === 'never') return used === 'always';
  if (typeof used === 'number') {
    return isInShare(EXPLICIT_RANDOMNESS.exec(parent?.traceState ?? '')?.[1] ?? context.traceId, used);
  }
  if (typeof used === 'object') return isInShare(context.sessionId, used.session);
  try {
    return runSuppressed(() => used(context)) !== false;
  } catch (error) {
    warnOnce('the sampler option threw, and the trace was sampled; make it return true or false', error);
    return true;
  }
}
