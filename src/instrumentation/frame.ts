import { ownOrigin } from '../propagation/own-origin.js';
import { receiveSpans } from '../receive-spans.js';
import type { Sender } from '../scope.js';
import { sharedBy } from '../share.js';
import { addMessageHook } from '../zone/hooks.js';
import { listenOutside, setTimerOutside } from '../zone/outside.js';
import { replaceValue, undoAll } from '../zone/replace.js';
import { takePort } from './message-end.js';
import { givePorts, openSide } from './messages.js';
import { type Expected, NEIGHBOUR, type Neighbour, neighbourOf } from './neighbour.js';
import { contextOfSender, currentSender, noteSender, resolveSender, zoneOfMessage } from './sent-spans.js';

/** Messages that are under way; beyond that, their order is no longer known. */
const MOST_EXPECTED = 1000;

/** ms until a document that is still loading is looked at again. */
const LOADING_DELAY = 50;

const { prototype } = Array;

/** The window that code belongs to, by the prototype of its arrays. Windows of other origins keep theirs to themselves. */
function callerWith(arrays: object, within: Window): Neighbour | undefined {
  try {
    if ((within as unknown as typeof globalThis).Array.prototype === arrays) return neighbourOf(within);
  } catch {}
  for (let i = 0; i < within.length; i++) {
    const found = callerWith(arrays, within[i] as Window);
    if (found) return found;
  }
  return undefined;
}

/**
 * `window.postMessage` with a look at who calls it. The platform takes the window of the function that called it for the
 * source of the message (https://html.spec.whatwg.org/#window-post-message-steps, `incumbentSettings`), and this function
 * is the target's: one of ours that passed the call on would make the target the source. A proxy is no function of
 * anybody, and the list of arguments it makes for its trap is an array of the caller's realm
 * (https://tc39.es/ecma262/#sec-proxy-object-internal-methods-and-internal-slots-call-thisargument-argumentslist). So the
 * trap that looks the trap `apply` up learns who calls, and answers the caller's own `post`, or nothing: then the platform
 * is called as if nobody stood between, as where an engine makes that array in the target's realm.
 */
function watchCalls(native: Window['postMessage']): object {
  const lookUp = new Proxy(() => {}, {
    apply(_target, _this, args) {
      const arrays = Object.getPrototypeOf(args);
      if (args[1] !== 'apply' || arrays === prototype || !window.top) return undefined;
      return callerWith(arrays, window.top)?.post;
    },
  });
  return new Proxy(native, new Proxy({}, { get: lookUp }));
}

/** The platform drops what is for another origin. */
function arrives([, given]: unknown[]): boolean {
  const wanted =
    typeof given === 'object' ? Object.getOwnPropertyDescriptor(Object(given), 'targetOrigin')?.value : given;
  return wanted === undefined || wanted === '*' || wanted === '/' || new URL(wanted).origin === ownOrigin();
}

function isLike(sent: unknown, got: unknown): boolean {
  return Object(sent) === sent ? Object(got) === got : Object.is(sent, got);
}

/**
 * Makes the spans of a frame of this origin children of the spans that sent it messages, and the other way around, where
 * both trace; with the ports that are sent along. Messages go as they are: the windows share a thread, and the sender
 * leaves word with the receiver, in order.
 */
export function instrumentFrames(): () => void {
  let queues = new WeakMap<object, Expected[]>();
  /** There may be messages under way that nobody has told of. */
  let unsure = true;
  let told = 0;
  let fenced = false;
  let stopped = false;
  /** Looked at already: not every browser calls a window's capturing listeners first. */
  const seen = new WeakSet<MessageEvent>();

  /** Once everything that was posted has come, and nothing has been posted since, the order is known again. */
  function fence(): void {
    if (stopped) return;
    const before = told;
    // Firefox keeps messages back until the page has loaded.
    if (document.readyState !== 'complete' || !topIsLoaded()) {
      setTimerOutside(fence, LOADING_DELAY);
      return;
    }
    const { port1, port2 } = openSide();
    listenOutside(port1, {
      message() {
        port1.close();
        setTimerOutside(() => {
          if (told !== before) fence();
          else {
            queues = new WeakMap();
            unsure = fenced = false;
          }
        }, 0);
      },
    });
    port1.start();
    port2.postMessage(0);
  }

  function putInOrder(): void {
    told++;
    if (fenced) return;
    fenced = true;
    fence();
  }

  function lose(): void {
    queues = new WeakMap();
    unsure = true;
    putInOrder();
  }

  const neighbour: Neighbour = {
    post(native, target, args) {
      const result = Reflect.apply(native, target, args);
      const other = neighbourOf(target);
      if (!other || !arrives(args)) return result;
      const sender = currentSender();
      const ports: Expected['ports'] = [];
      givePorts(args.length > 2 ? args.slice(1) : args, (message, [side] = []) => {
        const [, , index, sent, received] = message as ['port', number, number, number, number];
        ports.push({ index, sent, received, side: side as MessagePort });
      });
      other.expect(window, { context: sender && contextOfSender(sender), data: args[0], ports });
      return result;
    },
    expect(source, { context, data, ports }) {
      putInOrder();
      const queue = queues.get(source) ?? [];
      queues.set(source, queue);
      if (unsure || queue.length >= MOST_EXPECTED) {
        for (const { side } of ports) side.close();
        if (!unsure) lose();
        return;
      }
      // Nothing of the other window is kept: it may go.
      queue.push({ context: context && { ...context }, data, ports });
    },
    receive(records, ...rest) {
      receiveSpans(structuredClone(records), ...rest);
    },
  };

  function receive(event: MessageEvent): void {
    const { source } = event;
    if (unsure || !source || seen.has(event) || source === window || !neighbourOf(source)) return;
    seen.add(event);
    const expected = queues.get(source)?.shift();
    if (!expected || !isLike(expected.data, event.data)) {
      for (const { side } of expected?.ports ?? []) side.close();
      lose();
      return;
    }
    const sender: Sender = { cause: undefined, waiting: undefined };
    if (expected.context) resolveSender(sender, expected.context);
    noteSender(event, sender);
    for (const { index, sent, received, side } of expected.ports)
      takePort(event.ports[index], sent, received, structuredClone(side, { transfer: [side] }));
  }

  const shared = sharedBy(window);
  if (!shared) return () => {};
  shared[NEIGHBOUR] = neighbour;
  const stopListening = listenOutside(window, { message: receive }, true);
  putInOrder();
  return undoAll([
    () => {
      stopped = true;
      delete shared[NEIGHBOUR];
    },
    replaceValue(window, 'postMessage', watchCalls(window.postMessage)),
    addMessageHook((event, like) => {
      if (event.target === window) receive(event);
      return zoneOfMessage(event, like);
    }),
    stopListening,
  ]);
}

function topIsLoaded(): boolean {
  try {
    return window.top?.document.readyState === 'complete';
  } catch {
    return true; // of another origin, and loaded before its frame, or soon
  }
}
