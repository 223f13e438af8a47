/**
 * How a page and its workers learn of each other: on a broadcast channel of the origin, which nobody else hears. A page
 * sends nothing to a worker, not even a question, before a worker of the same script and name has called here.
 */
export const ROLL_CALL = 'zonetrace';

/** A worker in which tracing has started. */
export interface WorkerCall {
  kind: 'Worker' | 'SharedWorker';
  /** Drawn by the worker; who knows it has heard the call. */
  id: string;
  url: string;
  name: string;
  /** Its first connections may have been made before tracing started in it. ms since the Unix epoch; 0 where none were. */
  since: number;
}

/** A page asks the workers that are there already (`who`), or says that a worker is its own. */
export type RollCall = WorkerCall | { kind: 'who' } | { kind: 'mine'; id: string };

/** Taken before it is instrumented. */
const NativeChannel = globalThis.BroadcastChannel;

export function openRollCall(): BroadcastChannel {
  return new NativeChannel(ROLL_CALL);
}
