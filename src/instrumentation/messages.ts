import { addMessageHook } from '../zone/hooks.js';
import { replaceConstructor } from '../zone/platform-callbacks.js';
import { ownerOf, replaceMethod, undoAll } from '../zone/replace.js';
import { runOutside } from '../zone/variable.js';
import { count, counting, End, endOf } from './message-end.js';
import { currentSender, zoneOfMessage } from './sent-spans.js';

type Post = (this: unknown, ...args: unknown[]) => void;

const NativeChannel = globalThis.MessageChannel;

/** The ports of the channels made here that nothing was sent through: the other port, by each. */
const freshPorts = new WeakMap<object, WeakRef<MessagePort>>();

/** The ports that a call of postMessage gives away, with their places among the ports. */
function portsGiven([, options]: unknown[]): MessagePort[] {
  const list: unknown = Array.isArray(options)
    ? options
    : Object.getOwnPropertyDescriptor(Object(options), 'transfer')?.value;
  return Array.isArray(list) ? list.filter((item) => item instanceof MessagePort) : [];
}

/** The side channel of a port that is about to leave: with it go the counts. */
function give(port: MessagePort, over: Pick<End, 'tell'> | undefined, number: number, index: number): void {
  const end = endOf(port);
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
  if (side && over) over.tell(['port', number, index, sent, received], [side]);
  else {
    side?.postMessage(['closed']);
    side?.close();
  }
}

/** What goes with the ports that a message takes to another window, once it has been posted. */
export function givePorts(args: unknown[], tell: End['tell']): void {
  if (!counting) return;
  portsGiven(args).forEach((port, index) => {
    give(port, { tell }, 0, index);
  });
}

function patchPost(owner: object): () => void {
  return replaceMethod<Post>(owner, 'postMessage', (native) => {
    return function (this: unknown, ...args) {
      const port = (this ?? globalThis) as object;
      if (!counting) return native.apply(this, args);
      const end = endOf(port);
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
  count(true);
  const forgetMessages = addMessageHook((event, like) => zoneOfMessage(event, like));
  const undo = [MessagePort.prototype, ...scope].map((owner) => patchPost(ownerOf(owner, 'postMessage')));
  undo.push(
    forgetMessages,
    replaceMethod<(this: MessagePort) => void>(MessagePort.prototype, 'close', (native) => {
      return function (this: MessagePort) {
        endOf(this)?.forget();
        native.call(this);
      };
    }),
    replaceConstructor('MessageChannel', (native, args, target) => {
      const channel = Reflect.construct(native, args, target) as MessageChannel;
      noteChannel(channel);
      return channel;
    }),
    () => count(false),
  );
  return undoAll(undo);
}

/** Notes the two ports of a channel that was made just now. */
function noteChannel({ port1, port2 }: MessageChannel): void {
  freshPorts.set(port1, new WeakRef(port2));
  freshPorts.set(port2, new WeakRef(port1));
}

/** A new channel beside another one, in no zone. */
export function openSide(): MessageChannel {
  return runOutside(() => new NativeChannel());
}
