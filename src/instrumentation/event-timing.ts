import type { Span } from '../trace/span.js';
import type { SpanContext } from '../trace/types.js';
import { tracer } from '../tracer.js';
import { runOutside } from '../zone/variable.js';
import { describeElement } from './describe-element.js';

/** ms: the least that a browser takes (https://w3c.github.io/event-timing/#sec-modifications-perf-timeline). */
const THRESHOLD = 16;

/** ms that a person notices (https://web.dev/articles/inp): such an event is kept though its listeners did nothing. */
const SLOW = 200;

/** Entries an interaction; a press and a click have five, and a key that is held has no end of them. */
const MAX_ENTRIES = 16;

/** ms from the press to its click; what was pressed for longer and not clicked was dragged or let go. */
const LONGEST_PRESS = 1000;

/** Events and interactions whose entries may still come: a person makes a few before the next paint. */
const MAX_WAITING = 32;

const DURATION = 'interaction.duration';

/** The element is the page's, and a root that is not tentative is kept by the store for as long as it is shown. */
interface Held {
  target: WeakRef<EventTarget> | undefined;
  root: Span | WeakRef<Span> | undefined;
  /** Of a root that is held weakly: who links to it does not need it. */
  context: SpanContext | undefined;
}

/** An event that began an interaction of ours. */
interface Dispatched extends Held {
  type: string;
  time: number;
}

/** What the browser calls one interaction: the press, the release, the click. */
interface Timing extends Held {
  entries: PerformanceEventTiming[];
}

const weakly = <T extends object>(value: T | null | undefined): WeakRef<T> | undefined =>
  value ? new WeakRef(value) : undefined;

const rootOf = ({ root }: Held): Span | undefined => (root instanceof WeakRef ? root.deref() : root);

const contextOf = ({ root, context }: Held): SpanContext | undefined =>
  root instanceof WeakRef || root?.tentative ? context : root?.context;

/** Lets go of a root that somebody else has by now, with all spans of its trace. */
function release(held: Held): void {
  const { root } = held;
  if (!root || root instanceof WeakRef || root.tentative) return;
  held.root = new WeakRef(root);
  held.context = root.context;
}

/** What is known of an interaction: the root that we made of it, and how long a person waited for what, in ms. */
interface Known {
  root: SpanContext | undefined;
  /** What was acted on; the entry itself no longer says it when the page goes. */
  target: string;
  delays: Record<string, number>;
}

/** By entry: whoever keeps an entry, as web-vitals keeps the slowest, can ask for it. */
const known = new WeakMap<PerformanceEntry, Known>();

let takeEntries = (): void => {};

/** The interaction that an Event Timing entry is about; where interactions are not traced, what the entry itself tells. */
export function interactionOf(entry: PerformanceEventTiming): Known {
  takeEntries();
  return (
    known.get(entry) ?? { root: undefined, target: describeElement(entry.target as Element), delays: delaysOf([entry]) }
  );
}

/** A click is its press and its release too, which come before it. */
const isPartOf = (entry: PerformanceEventTiming, { type, time, target }: Dispatched): boolean =>
  entry.name === type
    ? Math.abs(entry.startTime - time) < 1
    : type === 'click' &&
      entry.interactionId > 0 &&
      entry.name.startsWith('pointer') &&
      entry.startTime < time + 1 &&
      entry.startTime > time - LONGEST_PRESS &&
      (entry.target ? entry.target === target?.deref() : entry.startTime > time - 1);

/** An event waits for the code before it (input delay), is processed, and is seen with the next paint. */
function delaysOf(entries: readonly PerformanceEventTiming[]): Record<string, number> {
  const { startTime: start, duration } = entries.reduce((a, b) => (b.duration > a.duration ? b : a));
  // The listeners of all events that the same paint showed.
  const together = entries.filter(
    (entry) => entry.processingStart < start + duration && entry.startTime + entry.duration > start,
  );
  const began = Math.max(start, Math.min(...together.map(({ processingStart }) => processingStart)));
  const shown = Math.max(start + duration, began);
  // An alert is processing beyond the paint.
  const ended = Math.min(shown, Math.max(...together.map(({ processingEnd }) => processingEnd)));
  return {
    [DURATION]: duration,
    'interaction.input_delay': began - start,
    'interaction.processing_duration': ended - began,
    'interaction.presentation_delay': shown - ended,
  };
}

/** What tells the timing of events, and of the roots that they began. */
export interface EventTiming {
  /** An event belongs to the interaction of a root. */
  dispatched(event: Event, root: Span): void;
  stop(): void;
}

/**
 * Adds to the roots of interactions how long a person waited, and for what, in ms. Where the browser has no Event Timing,
 * nothing.
 */
export function observeEventTiming(): EventTiming {
  let waiting: Dispatched[] = [];
  const timings = new Map<number, Timing>();

  function take(entries: PerformanceEntryList): void {
    for (const entry of entries as PerformanceEventTiming[]) {
      const id = entry.interactionId;
      const dispatched = waiting.find((each) => isPartOf(entry, each));
      const root = dispatched && rootOf(dispatched);
      if (!id && !root) continue;
      const timing: Timing = (id && timings.get(id)) || {
        target: undefined,
        root: undefined,
        context: undefined,
        entries: [],
      };
      timing.root ??= dispatched?.root;
      timing.context ??= dispatched?.context;
      timing.target ??= dispatched?.target ?? weakly(entry.target);
      if (timing.entries.length < MAX_ENTRIES) timing.entries.push(entry);
      if (id) timings.set(id, timing);
      if (timings.size > MAX_WAITING) timings.delete(timings.keys().next().value as number);
      apply(timing, dispatched);
    }
    releaseAll();
  }

  function releaseAll(): void {
    waiting.forEach(release);
    timings.forEach(release);
  }

  /** A key that clicks a button is one interaction to the browser and two events of ours. */
  function apply(timing: Timing, held: Held = timing): void {
    const { entries, target } = timing;
    const root = rootOf(held);
    const delays = delaysOf(entries);
    const duration = Number(delays[DURATION]);
    if (root && duration >= SLOW) tracer.commit(root);
    const context = contextOf(held);
    for (const entry of entries) known.set(entry, { root: context, target: describeElement(target?.deref()), delays });
    // Several keys typed into a field are one interaction of ours: the slowest tells.
    if (!root || duration < Number(root.attributes[DURATION] ?? 0)) return;
    root.amend(delays);
  }

  const types = ['event', 'first-input'].filter((type) => PerformanceObserver.supportedEntryTypes?.includes(type));
  const observer = runOutside(() => new PerformanceObserver((list) => take(list.getEntries())));
  for (const type of types) observer.observe({ type, durationThreshold: THRESHOLD } as PerformanceObserverInit);
  const takeRecords = (): void => take(observer.takeRecords());
  takeEntries = takeRecords;

  return {
    dispatched(event, root) {
      if (types.length === 0 || !event.isTrusted) return;
      releaseAll();
      const target = weakly(event.composedPath()[0]);
      const dispatch: Dispatched = { type: event.type, time: event.timeStamp, target, root, context: undefined };
      waiting.push(dispatch);
      if (waiting.length > MAX_WAITING) waiting = waiting.slice(-MAX_WAITING);
      // A long press was shown before its click.
      for (const timing of timings.values()) {
        if (timing.root || !timing.entries.some((entry) => isPartOf(entry, dispatch))) continue;
        timing.root = root;
        apply(timing);
      }
    },
    stop() {
      observer.disconnect();
      waiting = [];
      if (takeEntries === takeRecords) takeEntries = () => {};
    },
  };
}
