import type { TraceIdentity } from './trace/identity.js';
import type { Span } from './trace/span.js';
import type { SpanContext } from './trace/types.js';
import { currentFrame } from './zone/load.js';
import { activateZone } from './zone/run.js';
import { baseOf, isEmptyZone, isValueZone } from './zone/value-zone.js';
import { ZoneVariable } from './zone/variable.js';

/**
 * What a zone remembers of a span. Zones live as long as the last listener or socket made in them; once the trace has
 * settled, the scope lets go of the span and keeps what its context is made of only.
 */
export class SpanScope {
  span: Span | undefined;
  /** Of the trace that has settled. */
  identity: TraceIdentity | undefined = undefined;
  #context: SpanContext | undefined = undefined;
  /** The zone that was current when the span was activated by `startSpan`. */
  before: Zone | undefined = undefined;
  /** The scope to use instead: the span was beyond the limit of its trace and has ended. */
  instead: SpanScope | undefined = undefined;
  /** Where there is no span of ours: somebody else's, to be continued. */
  parent: SpanContext | undefined;
  /** What another API shows of the span; told when the trace has settled. */
  view: { released(): void } | undefined = undefined;
  /** Who sent the message that runs here; its spans are the sender's children. */
  sender: Sender | undefined = undefined;

  constructor(span: Span | undefined, parent: SpanContext | undefined) {
    this.span = span;
    this.parent = parent;
  }

  /** Of a span whose trace has settled. */
  get context(): SpanContext | undefined {
    this.#context ??= this.identity?.drawContext();
    return this.#context;
  }

  /** The trace of the span has settled: whatever zone remembers it keeps no more than its context. */
  release({ trace, knownContext }: Span): void {
    this.identity = trace.identity;
    this.#context = knownContext;
    this.span = undefined;
    this.before = undefined;
    this.view?.released();
  }
}

/** The span on the other side of a channel that sent a message; known at once, or as soon as the other side's word arrives. */
export interface Sender {
  cause: Span | SpanContext | undefined;
  /** The spans that began meanwhile; undefined once nothing is waited for. */
  waiting: Span[] | undefined;
  /** Told of each span that begins with no parent where the message is handled. */
  began?: (span: Span) => void;
}

const variable = new ZoneVariable<SpanScope | undefined>({ name: 'zonetrace.span' });

function resolve(scope: SpanScope | undefined): SpanScope | undefined {
  return scope?.instead ?? scope;
}

export function currentScope(): SpanScope | undefined {
  return resolve(variable.get());
}

export function scopeIn(zone: Zone): SpanScope | undefined {
  return resolve(variable.getIn(zone));
}

export function scopeOf(span: Span): SpanScope {
  let scope = span.scope as SpanScope | undefined;
  if (!scope) {
    scope = new SpanScope(span, undefined);
    span.scope = scope;
  }
  return scope;
}

/** The scope of a span that is not ours: spans in it continue its trace. */
export function foreignScope(parent: SpanContext): SpanScope {
  return new SpanScope(undefined, parent);
}

/** A zone in which this scope is current, or none, like the given one otherwise. */
export function zoneWithScope(scope: SpanScope | undefined, like: Zone): Zone {
  return variable.zoneWith(scope, like);
}

/** A zone in which the span is current, like the given one otherwise. */
export function zoneFor(span: Span, like?: Zone): Zone {
  return variable.zoneWith(scopeOf(span), like);
}

/** A zone in which a message is handled. */
export function zoneForSender(sender: Sender, like: Zone): Zone {
  const scope = new SpanScope(undefined, undefined);
  scope.sender = sender;
  return variable.zoneWith(scope, like);
}

/** Makes a span current in the running task or continuation. */
export function activateSpan(span: Span): void {
  const scope = scopeOf(span);
  scope.before = currentFrame().zone;
  activateZone(variable.zoneWith(scope));
}

/** Makes the parent current again where the span is. */
export function deactivateSpan(span: Span): void {
  const scope = span.scope as SpanScope | undefined;
  if (!scope || scope !== variable.get()) return;
  const { before } = scope;
  const parentScope = span.parent?.scope as SpanScope | undefined;
  const here = currentFrame().zone;
  const outer = before && variable.getIn(before);
  if (before && (outer === parentScope || outer?.sender) && baseOf(before) === baseOf(here)) activateZone(before);
  else if (span.parent) activateZone(zoneFor(span.parent));
  else activateZone(withoutSpan(here));
}

function withoutSpan(zone: Zone): Zone {
  if (!isValueZone(zone)) return zone;
  const cleared = variable.zoneWith(undefined, zone);
  return isEmptyZone(cleared) ? baseOf(zone) : cleared;
}

export function releaseSpan(span: Span): void {
  (span.scope as SpanScope | undefined)?.release(span);
}

/** A span beyond the limit has ended: its zones go on as the nearest kept span's. */
export function forwardScope(span: Span): void {
  const scope = span.scope as SpanScope | undefined;
  if (!scope || !span.parent) return;
  const target = scopeOf(span.parent);
  scope.instead = target.instead ?? target;
  scope.span = undefined;
  scope.before = undefined;
}
