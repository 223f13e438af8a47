import { ownInternals } from './internals.js';
import { shareFirst } from './share.js';
import { Span as OwnSpan } from './trace/span.js';
import { Trace as OwnTrace } from './trace/trace.js';
import * as own from './verbs.js';

/** What holds the state of the page, from the first copy of zonetrace that was loaded. */
const core = shareFirst('core', () => ({
  Span: OwnSpan,
  Trace: OwnTrace,
  startSpan: own.startSpan,
  endSpan: own.endSpan,
  withSpan: own.withSpan,
  getCurrentSpan: own.getCurrentSpan,
  getCurrentTrace: own.getCurrentTrace,
  internals: ownInternals,
}));

export const { Span, Trace, startSpan, endSpan, withSpan, getCurrentSpan, getCurrentTrace, internals } = core;
export type Span = OwnSpan;
export type Trace = OwnTrace;
