import { addMessageHook } from './hooks.js';
import { currentFrame } from './load.js';
import { listenOutside } from './outside.js';
import { replaceConstructor } from './platform-callbacks.js';
import { replaceMethod, undoAll } from './replace.js';
import { baseOf, carryValues, isValueZone } from './value-zone.js';

/** Messages on the way to a port. A port that was sent elsewhere, or is not started, takes none: then nobody asks. */
const MOST_WAITING = 1000;

/** The zones of the messages on their way, by the port that they are sent from. */
const senders = new WeakMap<object, Zone[]>();
const zones = new WeakMap<Event, Zone | undefined>();

/** The zone for the listeners of a message, where its sender had a value and both ports are of this page. */
function zoneOfMessage(event: MessageEvent, like: Zone): Zone | undefined {
  const sender = zones.get(event);
  return sender && isValueZone(sender) ? carryValues(sender, baseOf(like)) : undefined;
}

function connect(from: MessagePort, to: MessagePort): void {
  const waiting: Zone[] = [];
  senders.set(from, waiting);
  const take = (event: Event): void => {
    zones.set(event, waiting.shift());
  };
  // The first listener of its port. Messages arrive in the order in which they were sent.
  listenOutside(to, { message: take, messageerror: take });
}

/**
 * A channel that a page keeps to itself is a way to begin a task (React's scheduler): what the message leads to is caused
 * by who sends it, rather than by who made the channel.
 */
export function patchMessageChannel(): () => void {
  return undoAll([
    addMessageHook(zoneOfMessage),
    replaceConstructor('MessageChannel', (native, args, target) => {
      const channel = Reflect.construct(native, args, target) as MessageChannel;
      connect(channel.port1, channel.port2);
      connect(channel.port2, channel.port1);
      return channel;
    }),
    replaceMethod<(...args: unknown[]) => void>(MessagePort.prototype, 'postMessage', (native) => {
      return function (this: MessagePort, ...args) {
        native.apply(this, args);
        const waiting = senders.get(this);
        if (waiting?.push(currentFrame().zone) === MOST_WAITING) senders.delete(this);
      };
    }),
  ]);
}
