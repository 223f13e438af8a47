import { currentBaggage } from './current-baggage.js';
import { currentScope, foreignScope, scopeOf, zoneWithScope } from './scope.js';
import { shareFirst } from './share.js';
import { suppressed } from './suppressed.js';
import { Span as OwnSpan } from './trace/span.js';
import { Trace as OwnTrace } from './trace/trace.js';
import { traceMethods as ownTraceMethods } from './trace-methods.js';
import { traced as ownTraced } from './traced.js';
import * as own from './tracer.js';
import { currentFrame, pageZone } from './zone/load.js';
import { runInZone } from './zone/run.js';

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
  /** For what is loaded beside it: the state of the page, and the zones that carry it. */
  internals: {
    tracer: own.tracer,
    currentScope,
    scopeOf,
    foreignScope,
    zoneWithScope,
    currentBaggage,
    suppressed,
    currentFrame,
    pageZone,
    runInZone,
  },
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
