import { formatTraceparent, parseTraceparent } from '../propagation/traceparent.js';
import type { Sender } from '../scope.js';
import { dropOldest } from '../trace/drop-oldest.js';
import type { Span } from '../trace/span.js';
import type { SpanContext, SpanRecord } from '../trace/types.js';
import { listenOutside, unlistenOutside } from '../zone/outside.js';
import { contextOfSender, noteSender, resolveSender } from './sent-spans.js';

/**
 * Messages go as they are. Both ends of a channel count them, and a second channel beside it, which only zonetrace knows,
 * says which number was sent by which span. What it says usually arrives first; where it comes late, the spans that began
 * meanwhile join the sender's trace then (`Span.joinParent`). Messages are neither delayed nor added, so an end that does
 * not trace sees nothing.
 */
export type Told =
  | readonly ['sender', number: number, traceparent: string]
  | readonly ['port', number: number, index: number, sent: number, received: number]
  | readonly ['closed']
  | readonly ['spans', records: readonly SpanRecord[], service: string, exports: boolean, dropped: number]
  | readonly ['hello'];

/** Begins each message of ours on a channel of the page's. */
export const OURS = 'zonetrace';

/** `id`: the worker's, where it speaks. `sent`: the messages that have left the sender so far. */
export type Greeting = readonly [typeof OURS, 'greeting', id: string, sent: number];

/** What waits for its other half: a message for its sender, or the other way around. The oldest goes first: it has no parent. */
const MOST_WAITING = 1000;

const ends = new WeakMap<object, End>();
/** Weak in what they are the ends of. */
const all = new Set<End>();
const collected = new FinalizationRegistry<End>((end) => end.forget());

/** Messages are counted: tracing runs, and the message is none of ours. */
export let counting = false;

/** What this side knows of one end of a channel. */
export class End {
  /** Messages that went out and came in so far. */
  sent = 0;
  received = 0;
  onOpen: (() => void) | undefined;
  /** Called for what the other side says besides. */
  onTold: ((told: Told) => void) | undefined;
  /** Called with each trace that is heard of. */
  onTrace: ((traceId: string) => void) | undefined;
  /** Called with a greeting that came through the channel itself, and a port with it; true where it was meant. */
  onGreeting: ((greeting: Greeting, side: MessagePort | undefined) => boolean) | undefined;
  /**
   * A worker's own channel cannot be handed on: who has greeted is there for good. So senders are told in the channel
   * itself, each before its message, and are never late. Our listener is the first one, and nobody else sees them.
   */
  readonly #inBand: boolean;
  #side: MessagePort | undefined;
  /** Told before there was a channel to tell it through. */
  #untold: (() => void)[] = [];
  #known = new Map<number, SpanContext>();
  #waiting = new Map<number, Sender>();
  #ports = new Map<number, readonly MessagePort[]>();
  /** The other side has been heard: until then nobody may be there, and what is told would collect in the channel. */
  #open = false;
  readonly #target: WeakRef<object>;
  readonly #counted = { message: (event: MessageEvent): void => this.#receive(event) };
  readonly #heard = { message: ({ data, ports: [side] }: MessageEvent<Told>): void => this.#take(data, side) };

  constructor(target: object, inBand = false) {
    this.#inBand = inBand;
    this.#target = new WeakRef(target);
    ends.set(target, this);
    all.add(this);
    collected.register(target, this);
    listenOutside(target as EventTarget, this.#counted, true);
  }

  get isOpen(): boolean {
    return this.#open;
  }

  get hasSide(): boolean {
    return this.#side !== undefined;
  }

  /** Begins to listen to `side`, and to talk through it as soon as somebody is there. */
  listenTo(side: MessagePort): void {
    this.#side = side;
    listenOutside(side, this.#heard);
    side.start();
  }

  /** Somebody is there: says what has waited, and then that it was all. The other side waits for that. */
  begin(): void {
    if (this.#open) return;
    this.#open = true;
    for (const tell of this.#untold.splice(0)) tell();
    this.#say(['hello']);
    this.onOpen?.();
  }

  /** Counts from what the other side says that it has sent. */
  align(peerSent: number): void {
    const shift = peerSent - this.received;
    this.received = peerSent;
    if (shift) {
      this.#waiting = new Map([...this.#waiting].map(([number, sender]) => [number + shift, sender]));
      this.#ports = new Map([...this.#ports].map(([number, ports]) => [number + shift, ports]));
    }
  }

  tell(told: Told, transfer: Transferable[] = []): void {
    this.#whenOpen(() => this.#side?.postMessage(told, transfer));
  }

  /** Says who sends the next message. */
  tellSender(sender: Span | SpanContext | undefined): void {
    const number = this.sent;
    this.#whenOpen(() => {
      const told = ['sender', number, sender ? formatTraceparent(contextOfSender(sender)) : ''] as const;
      this.#say(told);
    });
  }

  #say(told: Told): void {
    if (!this.#inBand) this.#side?.postMessage(told);
    else postUncounted(this.#target.deref() as MessagePort, [OURS, ...told], []);
  }

  #whenOpen(tell: () => void): void {
    if (this.#open) tell();
    else if (this.#untold.push(tell) > MOST_WAITING) this.#untold.shift();
  }

  /** The channel beside is no longer needed. */
  close(): void {
    this.#side?.postMessage(['closed']);
    this.#side?.close();
    this.#side = undefined;
    this.#untold = [];
  }

  /** Puts everything back where tracing stops. */
  forget(): void {
    all.delete(this);
    this.close();
    const target = this.#target.deref();
    if (!target) return;
    unlistenOutside(target as EventTarget, this.#counted, true);
    ends.delete(target);
  }

  /** Hands the channel beside over, for a port that moves on. */
  release(): MessagePort | undefined {
    const side = this.#side;
    if (side) unlistenOutside(side, this.#heard);
    this.#side = undefined;
    this.forget();
    return side;
  }

  #receive(event: MessageEvent): void {
    if (this.#isOurs(event)) {
      event.stopImmediatePropagation();
      return;
    }
    const number = this.received++;
    const sender: Sender = { cause: undefined, waiting: [] };
    const context = this.#known.get(number);
    if (context) {
      this.#known.delete(number);
      resolveSender(sender, context);
    } else {
      this.#waiting.set(number, sender);
      dropOldest(this.#waiting, MOST_WAITING);
    }
    noteSender(event, sender);
    if (event.ports.length === 0) return;
    for (const port of event.ports) if (!ends.has(port)) new End(port);
    this.#ports.set(number, event.ports);
    dropOldest(this.#ports, MOST_WAITING);
  }

  #isOurs({ data, ports: [side] }: MessageEvent): boolean {
    if (!this.#inBand && !this.onGreeting) return false;
    if (!Array.isArray(data) || data[0] !== OURS) return false;
    if (data[1] === 'greeting') return this.onGreeting?.(data as unknown as Greeting, side) === true;
    if (!this.#side || (data[1] !== 'sender' && data[1] !== 'hello')) return false;
    this.#take(data.slice(1) as unknown as Told, undefined);
    return true;
  }

  #take(data: Told, side: MessagePort | undefined): void {
    if (data[0] === 'hello') this.begin();
    else if (data[0] === 'sender') this.#hearSender(data[1], parseTraceparent(data[2]));
    else if (data[0] === 'port') {
      const [, number, index, sent, received] = data;
      takePort(this.#ports.get(number)?.[index], sent, received, side);
    } else if (data[0] === 'closed') {
      this.#side?.close();
      this.#side = undefined;
    } else this.onTold?.(data);
  }

  #hearSender(number: number, context: SpanContext | undefined): void {
    if (context) this.onTrace?.(context.traceId);
    // What is told comes in order: the messages before this one have no sender.
    for (const [before, sender] of this.#waiting) {
      if (before > number) break;
      this.#waiting.delete(before);
      if (before === number && context) resolveSender(sender, context);
      sender.waiting = undefined;
    }
    if (number < this.received) return;
    if (context) this.#known.set(number, context);
    else this.#known.delete(number);
    dropOldest(this.#known, MOST_WAITING);
  }
}

/** The end of a channel that messages go through, if both of its sides may trace. */
export function endOf(target: object): End | undefined {
  return ends.get(target);
}

/** A port has come, and the channel beside it. */
export function takePort(port: MessagePort | undefined, sent: number, received: number, side?: MessagePort): void {
  const end = counting && port ? (ends.get(port) ?? new End(port)) : undefined;
  if (!end || end.hasSide || !side) side?.close();
  else {
    end.sent += sent;
    end.align(end.received + received);
    end.listenTo(side);
    side.postMessage(['hello']);
  }
}

/** Begins or stops to count; without it, the ends are forgotten. */
export function count(on: boolean): void {
  counting = on;
  if (!on) for (const end of all) end.forget();
}

/** Posts a message of our own on a channel of the page's, uncounted. */
export function postUncounted(port: Pick<MessagePort, 'postMessage'>, data: unknown, transfer: Transferable[]): void {
  counting = false;
  try {
    port.postMessage(data, transfer);
  } finally {
    counting = true;
  }
}
