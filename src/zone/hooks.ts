/**
 * What others may learn of the zone layer, and tell it. Nothing here is needed for a value to follow its work, so that a
 * page without tracing has none of it.
 * @module
 */

/** Sees every task of every zone. At most one is set: the tracer's. */
export interface TaskHook {
  /** A task was scheduled while `zone`, which carries values, was current. */
  scheduled(task: Task, zone: Zone): void;
  /** A task ran for the last time, or was cancelled. */
  finished(task: Task): void;
}

/** Sees the listeners of events that no context dispatched. */
export interface EventHook {
  /** Before a listener runs. Answers the zone to run it in, over `base`, or nothing to leave it alone. */
  enter(task: Task, event: Event, base: Zone): Zone | undefined;
  /** After a listener that ran in a zone of `enter` returned. */
  leave?(event: Event, zone: Zone, result: unknown): void;
  /** After it threw. */
  fail?(event: Event, zone: Zone, error: unknown): void;
}

/** Answers the zone in which the listeners of a message run, like the one they were added in; or nothing to leave them there. */
export type MessageHook = (event: MessageEvent, like: Zone) => Zone | undefined;

/** Sees the zone of each task and listener that ran, at its end, where that zone carries values. */
export type RunHook = (zone: Zone) => void;

/** Sees the work that belongs to a zone, for owners of zones that wait for it; see microtask-bursts.ts. */
export interface WorkHook {
  /** Code enters the zone synchronously: its caller may rely on a change detection right after it. */
  entered(zone: Zone): void;
  /** A task or a continuation begins in the zone, with no code of the page below it. */
  began(zone: Zone): void;
  /** Continuations that no hook sees may run in the zone now. */
  replayed(zone: Zone): void;
  /** `then` was called in `zone` and made `promise`. */
  derived(promise: object, zone: Zone): void;
}

/** Sees what tells later where an error came from; see failure.ts. */
export interface FailureHook {
  /** `error` leaves code that ran in `zone`. */
  failed(error: unknown, zone: Zone): void;
  /** A task begins in `zone`. */
  began(zone: Zone): void;
  /** `zone` runs now, in the same task. */
  ran(zone: Zone): void;
}

/** Is told what may show that a value was lost; see loss.ts. */
export interface LossHook {
  /** The jobs up to the next mark belong to a zone that the timeline has given up (true), or no longer do (false). */
  expired(value: boolean): void;
  /** A task or a continuation of code without values begins. */
  ranOutside(): void;
}

export let taskHook: TaskHook | undefined;
export let runHook: RunHook | undefined;
export let messageHook: MessageHook | undefined;
/** All that were added; undefined while there is none. */
export let eventHook: Required<EventHook> | undefined;

export function setTaskHook(hook: TaskHook | undefined): void {
  taskHook = hook;
}

const hooks = new Set<EventHook>();

/** The first hook that has a zone for a listener gives it. */
const allHooks: Required<EventHook> = {
  enter(task, event, base) {
    for (const hook of hooks) {
      const zone = hook.enter(task, event, base);
      if (zone) return zone;
    }
    return undefined;
  },
  leave(event, zone, result) {
    for (const hook of hooks) hook.leave?.(event, zone, result);
  },
  fail(event, zone, error) {
    for (const hook of hooks) hook.fail?.(event, zone, error);
  },
};

/** Returns the undo. */
export function addEventHook(hook: EventHook): () => void {
  hooks.add(hook);
  eventHook = allHooks;
  return () => {
    hooks.delete(hook);
    if (hooks.size === 0) eventHook = undefined;
  };
}

const messageHooks = new Set<MessageHook>();

/** Adds a hook; the first one that has an answer counts. Returns the undo. */
export function addMessageHook(hook: MessageHook): () => void {
  messageHooks.add(hook);
  messageHook = (event, like) => {
    for (const each of messageHooks) {
      const zone = each(event, like);
      if (zone) return zone;
    }
    return undefined;
  };
  return () => {
    messageHooks.delete(hook);
    if (messageHooks.size === 0) messageHook = undefined;
  };
}

export let workHook: WorkHook | undefined;
export let failureHook: FailureHook | undefined;
export let lossHook: LossHook | undefined;

export function setWorkHook(hook: WorkHook | undefined): void {
  workHook = hook;
}

export function setFailureHook(hook: FailureHook | undefined): void {
  failureHook = hook;
}

export function setLossHook(hook: LossHook | undefined): void {
  lossHook = hook;
}

export function setRunHook(hook: RunHook | undefined): void {
  runHook = hook;
}
