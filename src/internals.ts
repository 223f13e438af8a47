import { callInSpan } from './call-in-span.js';
import { currentBaggage } from './current-baggage.js';
import { currentScope, foreignScope, scopeOf, zoneWithScope } from './scope.js';
import { suppressed } from './suppressed.js';
import { tracer } from './tracer.js';
import { currentFrame, pageZone } from './zone/load.js';
import { runInZone } from './zone/run.js';

/** The state of the page and the zones that carry it, for what is loaded beside the core. */
export interface Internals {
  readonly tracer: typeof tracer;
  readonly callInSpan: typeof callInSpan;
  readonly currentScope: typeof currentScope;
  readonly scopeOf: typeof scopeOf;
  readonly foreignScope: typeof foreignScope;
  readonly zoneWithScope: typeof zoneWithScope;
  readonly currentBaggage: typeof currentBaggage;
  readonly suppressed: typeof suppressed;
  readonly currentFrame: typeof currentFrame;
  readonly pageZone: typeof pageZone;
  readonly runInZone: typeof runInZone;
}

export const ownInternals: Internals = {
  tracer,
  callInSpan,
  currentScope,
  scopeOf,
  foreignScope,
  zoneWithScope,
  currentBaggage,
  suppressed,
  currentFrame,
  pageZone,
  runInZone,
};
