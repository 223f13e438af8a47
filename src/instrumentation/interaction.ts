import { endWithError, endWithResult } from '../call-in-span.js';
import { zoneFor } from '../scope.js';
import type { Span } from '../trace/span.js';
import { tracer } from '../tracer.js';
import { addEventHook, type EventHook } from '../zone/hooks.js';
import { carryInlineHandlers } from '../zone/inline-handlers.js';
import { zoneSymbol } from '../zone/native.js';
import { setTimerOutside } from '../zone/outside.js';
import { describeElement, isInField } from './describe-element.js';
import { observeEventTiming } from './event-timing.js';

/** Events that begin a trace by default. */
export const DEFAULT_EVENTS: readonly string[] = ['click', 'dblclick', 'submit', 'change', 'drop', 'keydown', 'input'];

/** Keys that are worth a trace; typing is told by `input`. In a field, Alt and a key may type a character. */
const isTelling = (event: KeyboardEvent): boolean => {
  const { key, altKey } = event;
  if (key === 'Enter' || key === 'Escape') return true;
  if (!altKey) return event.ctrlKey || event.metaKey;
  const [target] = event.composedPath();
  return key.length > 1 || !(target instanceof Element && isInField(target));
};

/** A listener that took less (ms), and caused nothing, leaves nothing. */
const NOTICEABLE = 1;

/** Typing goes on while less than this (ms) lies between two keys: it is one interaction with its field. */
const TYPING_PAUSE = 500;

interface Typing {
  field: EventTarget | null;
  interaction: Interaction;
  /** The pause has come, or another field is typed in. */
  end: () => void;
  stopTimer: () => void;
}

/** ms: a link is followed, a form sent, right after the listeners of the event. */
const FOLLOWED_WITHIN = 1000;

let latest: { root: Span; at: number } | undefined;

/**
 * The interaction behind what the platform does of itself after an event: of a click on a link, say. Where no listener saw
 * the event, a root is made for it now. Undefined where interactions are not traced.
 */
let behind: ((type: string, element: Element) => Span | undefined) | undefined;

export const interactionBehind = (type: string, element: Element): Span | undefined => behind?.(type, element);

interface Interaction {
  root: Span;
  /** The listeners that run now, by the zone they run in. */
  listeners: Map<Zone, { span: Span; since: number }>;
}

function nameOf(event: Event): string {
  const target = event.composedPath()[0] ?? event.target;
  const key = event.type === 'keydown' ? ` ${(event as KeyboardEvent).key}` : '';
  return `${event.type}${key} ${describeElement(target)}`;
}

/** The overlay must not trace itself. */
function isOverlay(event: Event): boolean {
  return event.composedPath().some((target) => target instanceof Element && target.localName.startsWith('zonetrace-'));
}

/** Zone.js's own listener, which stands for every `on…` property; its name does not survive a minifier. */
function findPropertyListener(): unknown {
  const probe = document.createElement('i');
  probe.onclick = () => {};
  const [task] = (probe as unknown as Record<string, Task[] | undefined>)[zoneSymbol('clickfalse')] ?? [];
  probe.onclick = null;
  return task?.callback;
}

function nameOfListener(task: Task, event: Event, propertyListener: unknown): string {
  const { callback, originalDelegate } = task as Task & { originalDelegate?: object };
  let name = originalDelegate ? 'handleEvent' : (callback as { name?: string }).name;
  if (callback === propertyListener) {
    const key = zoneSymbol(`ON_PROPERTY${event.type}`);
    name = (event.currentTarget as unknown as Record<string, { name?: string } | undefined> | null)?.[key]?.name;
    name ||= `on${event.type}`;
  }
  if (name === `on${event.type}`) return name;
  return name ? `listener ${name}` : 'listener';
}

/**
 * Makes a root span of each event that a person causes, and a child of each of its listeners that takes time or causes
 * something. An event whose listeners do nothing leaves nothing.
 */
export function instrumentInteractions(events: readonly string[] = DEFAULT_EVENTS): () => void {
  const wanted = new Set(events);
  const interactions = new WeakMap<Event, Interaction>();
  const propertyListener = findPropertyListener();
  const timing = observeEventTiming();
  let typing: Typing | undefined;

  function begin(event: Event): Interaction {
    const attributes: Record<string, unknown> = { 'event.type': event.type };
    if (!event.isTrusted) attributes['event.is_trusted'] = false;
    const root = tracer.start(nameOf(event), { root: true, tentative: true, endsItself: true, attributes });
    const interaction = { root, listeners: new Map() };
    interactions.set(event, interaction);
    latest = { root, at: performance.now() };
    return interaction;
  }

  /** The interaction of the keys before, where this event goes on with it. */
  function typed(event: Event): Interaction {
    const field = event.composedPath()[0] ?? event.target;
    const before = typing?.field === field && typing.interaction.root.trace.state === 'live' ? typing : undefined;
    if (before) before.stopTimer();
    else typing?.end();
    const interaction = before?.interaction ?? begin(event);
    const end = before?.end ?? holdWhileTyping(interaction);
    typing = { field, interaction, end, stopTimer: setTimerOutside(end, TYPING_PAUSE) };
    interactions.set(event, interaction);
    return interaction;
  }

  function holdWhileTyping({ root }: Interaction): () => void {
    const release = root.trace.hold();
    return () => {
      if (typing?.interaction.root === root) typing = undefined;
      release(false);
    };
  }

  const hook: EventHook = {
    enter(task, event, base) {
      if (!wanted.has(event.type)) return undefined;
      if (event.type === 'keydown' && !isTelling(event as KeyboardEvent)) return undefined;
      let interaction = interactions.get(event);
      if (!interaction) {
        if (isOverlay(event)) return undefined;
        interaction = event.type === 'input' ? typed(event) : begin(event);
        timing.dispatched(event, interaction.root);
      }
      const { root, listeners } = interaction;
      if (root.trace.state === 'settled') return undefined;
      const span = tracer.start(nameOfListener(task, event, propertyListener), { parent: root, tentative: true });
      const zone = zoneFor(span, base);
      listeners.set(zone, { span, since: performance.now() });
      return zone;
    },
    leave(event, zone, result) {
      const listener = takeListener(event, zone);
      if (!listener) return;
      if (result instanceof Promise || performance.now() - listener.since >= NOTICEABLE) tracer.commit(listener.span);
      endWithResult(listener.span, result);
    },
    fail(event, zone, error) {
      const listener = takeListener(event, zone);
      if (!listener) return;
      tracer.commit(listener.span);
      endWithError(listener.span, error);
    },
  };

  function takeListener(event: Event, zone: Zone): { span: Span; since: number } | undefined {
    const listeners = interactions.get(event)?.listeners;
    const listener = listeners?.get(zone);
    listeners?.delete(zone);
    return listener;
  }

  behind = (type, element) => {
    if (!wanted.has(type)) return undefined;
    const isFresh = latest?.root.trace.state === 'live' && performance.now() - latest.at < FOLLOWED_WITHIN;
    const root = isFresh
      ? latest?.root
      : tracer.start(`${type} ${describeElement(element)}`, {
          root: true,
          endsItself: true,
          attributes: { 'event.type': type },
        });
    latest = undefined;
    return root;
  };
  const removeHook = addEventHook(hook);
  const leaveInlineHandlers = carryInlineHandlers(wanted);
  return () => {
    behind = undefined;
    latest = undefined;
    leaveInlineHandlers();
    removeHook();
    timing.stop();
    typing?.end();
  };
}
