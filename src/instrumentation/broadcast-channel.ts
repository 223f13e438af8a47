import { formatTraceparent, parseTraceparent } from '../propagation/traceparent.js';
import type { Sender } from '../scope.js';
import { dropOldest } from '../trace/drop-oldest.js';
import { generateSpanId } from '../trace/ids.js';
import type { SpanContext } from '../trace/types.js';
import { addMessageHook } from '../zone/hooks.js';
import { listenOutside } from '../zone/outside.js';
import { replaceConstructor } from '../zone/platform-callbacks.js';
import { replaceMethod, undoAll } from '../zone/replace.js';
import { runOutside } from '../zone/variable.js';
import { contextOfSender, currentSender, isNoted, noteSender, resolveSender, zoneOfMessage } from './sent-spans.js';

/** What is told around a message: the name of its channel, the message's own id, and who sends it. */
type Told = readonly [name: string, id: string, traceparent: string];

/** A message that is under way. */
interface Passage {
  name: string;
  context: SpanContext;
  /** What has come meanwhile, by the channel that it came on. */
  heard: Map<EventTarget, Sender[]>;
}

/** Of the origin; nobody else hears it. */
const BESIDE = 'zonetrace senders';

/** Senders that went away in the middle leave theirs; the oldest goes, and its message has no parent. */
const MOST_PASSAGES = 100;

/** Stands for more than one: whose message it was cannot be told. */
const NOBODY: Sender[] = [
  { cause: undefined, waiting: undefined },
  { cause: undefined, waiting: undefined },
];

const NativeChannel = globalThis.BroadcastChannel;

/**
 * Makes spans children of the span that sent the message of a `BroadcastChannel`. The messages go as they are; on a channel
 * beside, the sender says who it is, before the message and again after it. What comes of one sender comes in order. So a
 * message that was the only one in between is the sender's; where there were more, nobody can tell, and they get no parent.
 */
export function instrumentBroadcasts(): () => void {
  if (typeof NativeChannel !== 'function') return () => {};
  const { prototype } = NativeChannel;
  const native = prototype.postMessage;
  const passages = new Map<string, Passage>();
  /** One to speak and one to listen: a channel does not hear itself, and both ends may be in this window. */
  let beside: BroadcastChannel[] = [];
  /** Channels of this window by what they said: they do not hear themselves, nor what was sent before they were made. */
  const own = new Map<string, BroadcastChannel>();

  const fresh = new WeakSet<EventTarget>();

  function tell(channel: BroadcastChannel, id: string, traceparent: string): void {
    own.set(id, channel);
    native.call(beside[0] as BroadcastChannel, [channel.name, id, traceparent] satisfies Told);
  }

  function open(): void {
    if (beside.length > 0) return;
    beside = runOutside(() => [new NativeChannel(BESIDE), new NativeChannel(BESIDE)]);
    listenOutside(beside[1] as BroadcastChannel, { message: hear });
  }

  function hear({ data: [name, id, traceparent] }: MessageEvent<Told>): void {
    const passage = passages.get(id);
    const context = parseTraceparent(traceparent);
    const channel = own.get(id);
    if (!passage) {
      if (context) {
        passages.set(id, { name, context, heard: new Map(channel ? [[channel, NOBODY]] : []) });
      } else if (channel) {
        // New, and it has missed what is under way.
        for (const { heard } of passages.values()) heard.set(channel, NOBODY);
        fresh.delete(channel);
        own.delete(id);
      }
      dropOldest(passages, MOST_PASSAGES);
      return;
    }
    passages.delete(id);
    own.delete(id);
    for (const [channel, heard] of passage.heard) {
      const [sender] = heard;
      if (sender && context && heard.length === 1 && !sender.cause) resolveSender(sender, passage.context);
      else for (const each of heard) if (!isHeardElsewhere(channel, each)) each.waiting = undefined;
    }
  }

  function isHeardElsewhere(channel: EventTarget, sender: Sender): boolean {
    return [...passages.values()].some(({ heard }) => heard.get(channel)?.includes(sender));
  }

  function noteMessage(event: MessageEvent): void {
    const { target } = event;
    if (!(target instanceof NativeChannel) || isNoted(event)) return;
    open(); // the channel was there before
    const sender: Sender = { cause: undefined, waiting: undefined };
    for (const { name, heard } of passages.values()) {
      if (name !== target.name || fresh.has(target)) continue;
      sender.waiting = [];
      heard.set(target, [...(heard.get(target) ?? []), sender]);
    }
    noteSender(event, sender);
  }

  return undoAll([
    () => {
      for (const channel of beside) channel.close();
      beside = [];
      passages.clear();
      own.clear();
    },
    replaceConstructor('BroadcastChannel', (original, args, target) => {
      open();
      const channel = Reflect.construct(original, args, target) as BroadcastChannel;
      fresh.add(channel);
      tell(channel, generateSpanId(), '');
      return channel;
    }),
    replaceMethod(prototype, 'postMessage', () => {
      return function (this: BroadcastChannel, ...args: [unknown]) {
        const sender = this instanceof NativeChannel ? currentSender() : undefined;
        if (!sender) return native.apply(this, args);
        open();
        const id = generateSpanId();
        const traceparent = formatTraceparent(contextOfSender(sender));
        let sent = '';
        tell(this, id, traceparent);
        try {
          native.apply(this, args);
          sent = traceparent;
        } finally {
          tell(this, id, sent);
        }
      };
    }),
    addMessageHook((event, like) => {
      noteMessage(event);
      return zoneOfMessage(event, like);
    }),
  ]);
}
