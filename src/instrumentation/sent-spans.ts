import { currentScope, type Sender, zoneForSender } from '../scope.js';
import { dropOldest } from '../trace/drop-oldest.js';
import { Span } from '../trace/span.js';
import type { SpanContext } from '../trace/types.js';
import { tracer } from '../tracer.js';
import { setTimerOutside } from '../zone/outside.js';
import { isValueZone } from '../zone/value-zone.js';

/** What was sent last: an answer comes soon, and one that comes later is a child by its ids all the same. */
const MOST_SENT = 1000;

const sent = new Map<string, WeakRef<Span>>();

/** Who sends what is sent now: the current span, or the sender of the message that is being handled. */
export function currentSender(): Span | SpanContext | undefined {
  const scope = currentScope();
  const cause = scope?.span ?? scope?.sender?.cause ?? scope?.parent;
  if (cause instanceof Span) tracer.commit(cause); // it has caused something
  return cause;
}

/** The context that the other side is told. */
export function contextOfSender(sender: Span | SpanContext): SpanContext {
  if (!(sender instanceof Span)) return sender;
  const { context } = sender;
  sent.delete(context.spanId);
  sent.set(context.spanId, new WeakRef(sender));
  dropOldest(sent, MOST_SENT);
  return context;
}

/** Tells a sender who it is; spans that began in the meantime become its children. What comes back here is this side's span. */
export function resolveSender(sender: Sender, context: SpanContext): void {
  sender.cause = sent.get(context.spanId)?.deref() ?? context;
  for (const span of sender.waiting ?? []) span.joinParent(context);
  sender.waiting = undefined;
}

/** A listener that begins more spans than this before it is known who sent its message keeps the rest as they are. */
const MOST_WAITING = 16;

/** A worker and its page know each other within this (ms), or have nothing to say to each other. */
const SENDER_PATIENCE = 2000;

function waitForSender(span: Span, sender: Sender): void {
  if (!sender.waiting || sender.waiting.length >= MOST_WAITING) return;
  sender.waiting.push(span);
  const { trace } = span;
  // A trace that settles gives its ids away.
  const release = trace.hold();
  trace.sender = sender;
  setTimerOutside(() => {
    trace.sender = undefined;
    release(false);
  }, SENDER_PATIENCE);
}

const senders = new WeakMap<Event, Sender>();

/** Notes who sent a message, before its listeners run. */
export function noteSender(event: Event, sender: Sender): void {
  sender.began = (span) => waitForSender(span, sender);
  senders.set(event, sender);
}

export function isNoted(event: Event): boolean {
  return senders.has(event);
}

/** The zone for a listener of a message whose sender was noted. */
export function zoneOfMessage(event: Event, like: Zone): Zone | undefined {
  const sender = senders.get(event);
  // While nobody is known, the context of registration is better than none.
  return sender && (sender.cause || (sender.waiting && !isValueZone(like))) ? zoneForSender(sender, like) : undefined;
}
