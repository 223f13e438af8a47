/** Sees every task of every zone. At most one is set: the tracer's. */
export interface TaskHook {
  /** A task was scheduled while `zone` was current. */
  scheduled(task: Task, zone: Zone): void;
  /** A task ran for the last time, or was cancelled. */
  finished(task: Task): void;
  /** A task that repeats, or waits for events, ran once. */
  ran(task: Task): void;
  /**
   * An event reaches a listener outside every context. Answers the zone to run the listener in, over `base`, or
   * nothing to leave it as it is.
   */
  event(task: Task, event: Event, base: Zone): Zone | undefined;
}

export let taskHook: TaskHook | undefined;

export function setTaskHook(hook: TaskHook | undefined): void {
  taskHook = hook;
}
