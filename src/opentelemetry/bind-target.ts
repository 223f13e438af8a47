import type { Context } from '@opentelemetry/api';

type Listener = EventListenerOrEventListenerObject | null;
type Add = (this: EventTarget, type: string, listener: Listener, options?: AddEventListenerOptions | boolean) => void;
type Remove = (this: EventTarget, type: string, listener: Listener, options?: EventListenerOptions | boolean) => void;

/** Anything with listeners; both methods are replaced on the object itself. */
export interface ListenerTarget {
  addEventListener: Add;
  removeEventListener: Remove;
}

type Run = <R>(context: Context, fn: () => R) => R;

interface Bound {
  context: Context;
}

const boundTargets = new WeakMap<object, Bound>();

export function isListenerTarget(target: unknown): target is ListenerTarget {
  const { addEventListener, removeEventListener } = (target ?? {}) as Partial<ListenerTarget>;
  return typeof addEventListener === 'function' && typeof removeEventListener === 'function';
}

/**
 * Lets the listeners that are added to a target from here on run in a context. One listener has one wrapper, whatever
 * the type and the options: so the platform itself sees that it is added twice, and finds it when it is removed.
 */
export function bindTarget(target: ListenerTarget, context: Context, run: Run): void {
  const bound = boundTargets.get(target);
  if (bound) {
    bound.context = context;
    return;
  }
  const state: Bound = { context };
  boundTargets.set(target, state);
  const wrappers = new WeakMap<object, EventListener>();

  function wrap(listener: Listener): Listener {
    // What is no listener is the platform's to refuse.
    if (!listener || (typeof listener !== 'function' && typeof listener !== 'object')) return listener;
    let wrapper = wrappers.get(listener);
    if (!wrapper) {
      const own = state.context;
      wrapper = function (this: unknown, event) {
        return run(own, () =>
          // Looked up at each event, as the platform does.
          typeof listener === 'function' ? listener.call(this as never, event) : listener.handleEvent(event),
        );
      };
      wrappers.set(listener, wrapper);
    }
    return wrapper;
  }

  const { addEventListener, removeEventListener } = target;
  target.addEventListener = function (type, listener, options) {
    return addEventListener.call(this, type, wrap(listener), options);
  };
  target.removeEventListener = function (type, listener, options) {
    const wrapper = listener && wrappers.get(listener);
    if (wrapper) removeEventListener.call(this, type, wrapper, options);
    // It may have been added before the target was bound.
    return removeEventListener.call(this, type, listener, options);
  };
}
