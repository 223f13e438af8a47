import { ownInternals } from './internals.js';
import { shareFirst } from './share.js';
import { Span as OwnSpan } from './trace/span.js';
import { Trace as OwnTrace } from './trace/trace.js';
import { traceMethods as ownTraceMethods } from './trace-methods.js';
import { traced as ownTraced } from './traced.js';
import * as own from './tracer.js';

/** What holds the state of the page, from the first copy of zonetrace that was loaded. */
const core = shareFirst('core', () => ({
  Span: OwnSpan,
  Trace: OwnTrace,
  startSpan: own.startSpan,
  endSpan: own.endSpan,
  withSpan: own.withSpan,
  traced: ownTraced,
  traceMethods: ownTraceMethods,
  getCurrentSpan: own.getCurrentSpan,
  getCurrentTrace: own.getCurrentTrace,
  setUser: own.setUser,
  internals: ownInternals,
}));

export const {
  Span,
  Trace,
  startSpan,
  endSpan,
  withSpan,
  traced,
  traceMethods,
  getCurrentSpan,
  getCurrentTrace,
  setUser,
  internals,
} = core;
export type Span = OwnSpan;
export type Trace = OwnTrace;
