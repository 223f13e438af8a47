import { scopeIn } from './scope.js';
import type { Trace } from './trace/trace.js';
import type { Tracer } from './tracer.js';
import type { TaskHook } from './zone/hooks.js';

/** The tasks that hold a trace, with the trace they hold. */
const heldTraces = new WeakMap<Task, Trace>();

/** Keeps a trace live while a task of its spans is pending: not an interval, not a timer that waits for long. */
export const holdByTasks = (tracer: Tracer): TaskHook => ({
  scheduled(task, zone) {
    const span = scopeIn(zone)?.span;
    if (!span || span.trace.state === 'settled' || task.type !== 'macroTask') return;
    if (span.tentative) tracer.commit(span);
    const data = task.data as { isPeriodic?: boolean; delay?: number } | undefined;
    if (data?.isPeriodic || Number(data?.delay ?? 0) > tracer.settleTimer) return;
    span.trace.countHold(1);
    heldTraces.set(task, span.trace);
  },
  finished(task) {
    const trace = heldTraces.get(task);
    if (!trace) return;
    heldTraces.delete(task);
    trace.countHold(-1);
  },
});
