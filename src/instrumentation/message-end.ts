import { formatTraceparent, parseTraceparent } from '../propagation/traceparent.js';
import type { Sender } from '../scope.js';
import type { Span } from '../trace/span.js';
import type { SpanContext, SpanRecord } from '../trace/types.js';
import { addMessageHook } from '../zone/hooks.js';
import { zoneSymbol } from '../zone/native.js';
import { ownerOf, replaceMethod, undoAll } from '../zone/replace.js';
import { runOutside } from '../zone/variable.js';
import { contextOfSender, currentSender, noteSender, resolveSender, zoneOfMessage } from './sent-spans.js';

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
  | readonly ['spans', records: readonly SpanRecord[], service: string, exports: boolean]
  | readonly ['hello'];

/** Begins each message of ours on a channel of the page's. */
export const OURS = 'zonetrace';

/** `id`: the worker's, where it speaks. `sent`: the messages that have left the sender so far. */
export type Greeting = readonly [typeof OURS, 'greeting', id: string, sent: number];

/** What waits for its other half: a message for its sender, or the other way around. The oldest goes first: it has no parent. */
const MOST_WAITING = 1000;

type Listen = (this: unknown, type: string, listener: (event: MessageEvent) => void, capture?: boolean) => void;
type Post = (this: unknown, ...args: unknown[]) => void;

const target = EventTarget.prototype as unknown as Record<string, Listen>;
/** Zone.js's original: a listener of ours is no task of anybody. */
export const listen = (target[zoneSymbol('addEventListener')] ?? target['addEventListener']) as Listen;
export const unlisten = (target[zoneSymbol('removeEventListener')] ?? target['removeEventListener']) as Listen;

const NativeChannel = globalThis.MessageChannel;

const ends = new WeakMap<object, End>();
/** The ports of the channels made here that nothing was sent through: the other port, by each. */
const freshPorts = new WeakMap<object, WeakRef<MessagePort>>();

/** Weak in what they are the ends of. */
const all = new Set<End>();
const collected = new FinalizationRegistry<End>((end) => end.forget());

let listening = false;

function bound<T>(waiting: Map<number, T>): void {
  if (waiting.size > MOST_WAITING) for (const oldest of waiting.keys()) if (waiting.delete(oldest)) return;
}

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

  constructor(target: object, inBand = false) {
    this.#inBand = inBand;
    this.#target = new WeakRef(target);
    ends.set(target, this);
    all.add(this);
    collected.register(target, this);
    listen.call(target, 'message', this.#receive, true);
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
    listen.call(side, 'message', this.#hear);
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
    unlisten.call(target, 'message', this.#receive, true);
    ends.delete(target);
  }

  /** Hands the channel beside over, for a port that moves on. */
  release(): MessagePort | undefined {
    const side = this.#side;
    if (side) unlisten.call(side, 'message', this.#hear);
    this.#side = undefined;
    this.forget();
    return side;
  }

  readonly #receive = (event: MessageEvent): void => {
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
      bound(this.#waiting);
    }
    noteSender(event, sender);
    if (event.ports.length === 0) return;
    for (const port of event.ports) if (!ends.has(port)) new End(port);
    this.#ports.set(number, event.ports);
    bound(this.#ports);
  };

  #isOurs({ data, ports: [side] }: MessageEvent): boolean {
    if (!this.#inBand && !this.onGreeting) return false;
    if (!Array.isArray(data) || data[0] !== OURS) return false;
    if (data[1] === 'greeting') return this.onGreeting?.(data as unknown as Greeting, side) === true;
    if (!this.#side || (data[1] !== 'sender' && data[1] !== 'hello')) return false;
    this.#take(data.slice(1) as unknown as Told, undefined);
    return true;
  }

  readonly #hear = ({ data, ports: [side] }: MessageEvent<Told>): void => {
    this.#take(data, side);
  };

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
    bound(this.#known);
  }
}

/** The end of a channel that messages go through, if both of its sides may trace. */
export function endOf(target: object): End | undefined {
  return ends.get(target);
}

/** A port has come, and the channel beside it. */
export function takePort(port: MessagePort | undefined, sent: number, received: number, side?: MessagePort): void {
  const end = listening && port ? (ends.get(port) ?? new End(port)) : undefined;
  if (!end || end.hasSide || !side) side?.close();
  else {
    end.sent += sent;
    end.align(end.received + received);
    end.listenTo(side);
    side.postMessage(['hello']);
  }
}

/** The ports that a call of postMessage gives away, with their places among the ports. */
function portsGiven([, options]: unknown[]): MessagePort[] {
  const list: unknown = Array.isArray(options)
    ? options
    : Object.getOwnPropertyDescriptor(Object(options), 'transfer')?.value;
  return Array.isArray(list) ? list.filter((item) => item instanceof MessagePort) : [];
}

/** The side channel of a port that is about to leave: with it go the counts. */
function give(port: MessagePort, over: Pick<End, 'tell'> | undefined, number: number, index: number): void {
  let end = ends.get(port);
  const other = freshPorts.get(port)?.deref();
  freshPorts.delete(port);
  if (other) {
    freshPorts.delete(other);
    if (over) {
      const { port1, port2 } = new NativeChannel();
      new End(other).listenTo(port1);
      over.tell(['port', number, index, 0, 0], [port2]);
    }
    return;
  }
  if (!end) return;
  const { sent, received } = end;
  const side = end.release();
  end = undefined;
  if (side && over) over.tell(['port', number, index, sent, received], [side]);
  else {
    side?.postMessage(['closed']);
    side?.close();
  }
}

/** What goes with the ports that a message takes to another window, once it has been posted. */
export function givePorts(args: unknown[], tell: End['tell']): void {
  if (!listening) return;
  portsGiven(args).forEach((port, index) => {
    give(port, { tell }, 0, index);
  });
}

function patchPost(owner: object): () => void {
  return replaceMethod<Post>(owner, 'postMessage', (native) => {
    return function (this: unknown, ...args) {
      const port = (this ?? globalThis) as object;
      if (!listening) return native.apply(this, args);
      const end = ends.get(port);
      if (!end) forgetFresh(port);
      const given = args.length > 1 ? portsGiven(args) : [];
      const sender = end && currentSender();
      if (sender) end.tellSender(sender);
      try {
        native.apply(this, args);
      } catch (error) {
        if (sender) end.tellSender(undefined);
        throw error;
      }
      given.forEach((moved, index) => {
        give(moved, end, end?.sent ?? 0, index);
      });
      if (end) end.sent++;
    };
  });
}

/** A channel that is used on this side already: nobody has counted. */
function forgetFresh(port: object): void {
  const other = freshPorts.get(port)?.deref();
  if (!other) return;
  freshPorts.delete(port);
  freshPorts.delete(other);
}

/**
 * Counts messages, tells the other side who sent them, and runs listeners in the zone of the sender. `scope`: the objects
 * besides ports that messages are posted on.
 */
export function patchMessages(...scope: object[]): () => void {
  listening = true;
  const forgetMessages = addMessageHook((event, like) => zoneOfMessage(event, like));
  const undo = [MessagePort.prototype, ...scope].map((owner) => patchPost(ownerOf(owner, 'postMessage')));
  undo.push(
    forgetMessages,
    replaceMethod<(this: MessagePort) => void>(MessagePort.prototype, 'close', (native) => {
      return function (this: MessagePort) {
        ends.get(this)?.forget();
        native.call(this);
      };
    }),
    () => {
      listening = false;
      for (const end of all) end.forget();
    },
  );
  return undoAll(undo);
}

/** Posts a message of our own on a channel of the page's, uncounted. */
export function postUncounted(port: Pick<MessagePort, 'postMessage'>, data: unknown, transfer: Transferable[]): void {
  listening = false;
  try {
    port.postMessage(data, transfer);
  } finally {
    listening = true;
  }
}

/** Notes the two ports of a channel that was made just now. */
export function noteChannel({ port1, port2 }: MessageChannel): void {
  freshPorts.set(port1, new WeakRef(port2));
  freshPorts.set(port2, new WeakRef(port1));
}

/** A new channel beside another one, in no zone. */
export function openSide(): MessageChannel {
  return runOutside(() => new NativeChannel());
}
