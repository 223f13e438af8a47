/** Sees every task of every zone. At most one is set: the tracer's. */
export interface TaskHook {
  /** A task was scheduled while `zone`, which carries values, was current. */
  scheduled(task: Task, zone: Zone): void;
  /** A task ran for the last time, or was cancelled. */
  finished(task: Task): void;
}

/** Sees the listeners of events that no context dispatched. At most one is set. */
export interface EventHook {
  /** Before a listener runs. Answers the zone to run it in, over `base`, or nothing to leave it alone. */
  enter(task: Task, event: Event, base: Zone): Zone | undefined;
  /** After a listener that ran in a zone of `enter` returned. */
  leave(event: Event, zone: Zone, result: unknown): void;
  /** After it threw. */
  fail(event: Event, zone: Zone, error: unknown): void;
}

/** Answers the zone in which the listeners of a message run, like the one they were added in; or nothing to leave them there. */
export type MessageHook = (event: MessageEvent, like: Zone) => Zone | undefined;

/** Sees the zone of each task and listener that ran, at its end, where that zone carries values. */
export type RunHook = (zone: Zone) => void;

export let taskHook: TaskHook | undefined;
export let eventHook: EventHook | undefined;
export let runHook: RunHook | undefined;
export let messageHook: MessageHook | undefined;

export function setTaskHook(hook: TaskHook | undefined): void {
  taskHook = hook;
}

export function setEventHook(hook: EventHook | undefined): void {
  eventHook = hook;
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

export function setRunHook(hook: RunHook | undefined): void {
  runHook = hook;
}
