import { currentFrame, pageZone, ZoneClass } from './load.js';
import { handlerProperty, zoneSymbol } from './native.js';
import { setTimerOutside } from './outside.js';
import { undoAll } from './replace.js';
import { isValueZone } from './value-zone.js';

type Handler = (this: unknown, ...args: unknown[]) => unknown;

/**
 * Lets the handlers of `onclick="…"` attributes run as tasks, which Zone.js does not: it leaves such a handler alone until
 * its property is read, and then takes the attribute away. Here the platform's own property holds a wrapper from the
 * moment when an event comes in until the handler runs: its place among the listeners, its scope, `this`, what it returns
 * and the attribute stay. Not for closed shadow trees, and not where Zone.js was loaded first and hides the property.
 */
export function carryInlineHandlers(types: Iterable<string>): () => void {
  /** Zone.js's original: this listener is no task. */
  const platform = (name: string): Function =>
    (window as unknown as Record<string, Function>)[zoneSymbol(name)] as Function;
  if (!ZoneClass) return () => {};
  const undo: (() => void)[] = [];
  for (const type of types) {
    const name = `on${type}`;
    const listener = (event: Event): void => {
      if (isValueZone(currentFrame().zone)) return; // the dispatcher's zone goes on by itself
      const restore: (() => void)[] = [];
      for (const target of event.composedPath()) {
        if (target instanceof Element && target.hasAttribute(name)) restore.push(lendHandler(target, name));
      }
      // For those that do not run, because something stopped the event.
      if (restore.length > 0) setTimerOutside(undoAll(restore), 0);
    };
    const options = { capture: true, passive: true };
    platform('addEventListener').call(window, type, listener, options);
    undo.push(() => platform('removeEventListener').call(window, type, listener, options));
  }
  return undoAll(undo);
}

function lendHandler(element: Element, name: string): () => void {
  const { get, set } = handlerProperty(element, name) ?? {};
  const handler: unknown = get?.call(element);
  if (typeof handler !== 'function') return () => {};
  const task = pageZone.scheduleEventTask(
    name,
    handler as Handler,
    {},
    () => {},
    () => {},
  );
  const wrapper: Handler = function (...args) {
    restore();
    return pageZone.runTask(task, this, args);
  };
  const restore = (): void => {
    if (get?.call(element) === wrapper) set?.call(element, handler);
  };
  set?.call(element, wrapper);
  return restore;
}
