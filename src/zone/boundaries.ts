import { contextOfEvent } from './event-context.js';
import { eventHook, failureHook, lossHook, messageHook, runHook, taskHook, workHook } from './hooks.js';
import { currentFrame, pageZone, rootFrame, ZoneClass } from './load.js';
import { installed, replaceMethod, undoAll } from './replace.js';
import { noteReturn, noteZone } from './timeline.js';
import { baseOf, carryValues, isValueZone } from './value-zone.js';

/** What Zone.js's addEventListener hands over with a task, until the listener is added. */
interface EventTaskData extends TaskData {
  taskData?: { target: unknown; eventName: unknown } | null;
}

type Run = (this: Zone, callback: Function, applyThis?: unknown, applyArgs?: unknown[], source?: string) => unknown;

/** The next run gives a callback back the zone it was wrapped in; it is no switch by the running code. */
let givesBack = false;

function patchWrap(prototype: Zone): () => void {
  return replaceMethod<(this: Zone, callback: Function, source: string) => Function>(prototype, 'wrap', (native) => {
    return function (this: Zone, callback, source) {
      const wrapped = native.call(this, callback, source);
      return function (this: unknown, ...args: unknown[]) {
        givesBack = installed;
        return wrapped.apply(this, args);
      };
    };
  });
}

/** An explicit switch to somebody else's zone keeps the values of the code that switches. */
function patchRun(prototype: Zone, name: 'run' | 'runGuarded'): () => void {
  return replaceMethod<Run>(prototype, name, (native) => {
    return function (this: Zone, callback, applyThis, applyArgs, source) {
      if (!installed) return native.call(this, callback, applyThis, applyArgs, source);
      const { zone: from } = currentFrame();
      const zone = givesBack ? this : carryValues(from, this);
      givesBack = false;
      if (zone !== from) {
        noteZone(zone);
        workHook?.entered(zone);
      }
      try {
        return native.call(zone, callback, applyThis, applyArgs, source);
      } finally {
        noteReturn(currentFrame().zone);
      }
    };
  });
}

/** A task of the platform has nothing of the page below it; that a script dispatches does, and so has a nested one. */
function noteTaskZone(zone: Zone, isPlatforms: boolean): void {
  noteZone(zone);
  if (isPlatforms && currentFrame() === rootFrame) workHook?.began(zone);
  else workHook?.entered(zone);
}

/** A task begins with no code of the page below it. */
function noteRootTask(zone: Zone): void {
  failureHook?.began(zone);
  if (zone === pageZone) lossHook?.ranOutside();
}

/** Of what runs inside another task, the outer one tells. */
function noteRun(zone: Zone): void {
  if (isValueZone(zone) && currentFrame() === rootFrame) runHook?.(zone);
}

type RunTask = (this: Zone, task: Task, applyThis?: unknown, applyArgs?: unknown[]) => unknown;

function patchRunTask(prototype: Zone): () => void {
  return replaceMethod<RunTask>(prototype, 'runTask', (native) => {
    return function (this: Zone, task, applyThis, applyArgs) {
      if (!installed) return native.call(this, task, applyThis, applyArgs);
      if (task.type === 'eventTask') return runListener(native, this, task, applyThis, applyArgs);
      const { zone: from } = currentFrame();
      if (this !== from) noteTaskZone(this, true);
      if (currentFrame() === rootFrame) noteRootTask(this);
      try {
        return native.call(this, task, applyThis, applyArgs);
      } catch (error) {
        failureHook?.failed(error, this);
        throw error;
      } finally {
        noteReturn(currentFrame().zone);
        if (runHook) noteRun(this);
        if (taskHook && task.state === 'notScheduled') taskHook.finished(task);
      }
    };
  });
}

/** Runs a listener in the zone that event-context.ts says, given the zone its task was scheduled in. */
function runListener(native: RunTask, scheduled: Zone, task: Task, applyThis: unknown, applyArgs?: unknown[]): unknown {
  const { zone: from } = currentFrame();
  const event = applyArgs?.[0] as Event | undefined;
  let zone = scheduled;
  let entered: Zone | undefined;
  // Dispatched by a script that runs in a context: the dispatcher's.
  if (isValueZone(from)) zone = carryValues(from, baseOf(scheduled));
  else if (event instanceof MessageEvent) zone = messageHook?.(event, scheduled) ?? scheduled;
  else if (eventHook && !isValueZone(scheduled) && event instanceof Event) {
    entered = eventHook.enter(task, event, scheduled);
    if (entered) zone = entered;
  }
  if (zone !== from) noteTaskZone(zone, event?.isTrusted === true);
  // The event tells of the task before.
  if (currentFrame() === rootFrame && event?.type !== 'unhandledrejection') noteRootTask(zone);
  // Zone.js runs a task in its own zone only; it is lent to another one for this run.
  const fields = task as unknown as { _zone: Zone };
  if (zone !== scheduled) fields._zone = zone;
  try {
    const result = native.call(zone, task, applyThis, applyArgs);
    if (entered) eventHook?.leave(event as Event, entered, result);
    return result;
  } catch (error) {
    failureHook?.failed(error, zone);
    if (entered) eventHook?.fail(event as Event, entered, error);
    throw error;
  } finally {
    if (zone !== scheduled && fields._zone === zone) fields._zone = scheduled;
    noteReturn(currentFrame().zone);
    if (runHook) noteRun(zone);
  }
}

type ScheduleTask = (this: Zone, task: Task) => Task;

function patchScheduleTask(prototype: Zone): () => void {
  return replaceMethod<ScheduleTask>(prototype, 'scheduleTask', (native) => {
    return function (this: Zone, task) {
      if (!installed || !isValueZone(this)) return native.call(this, task);
      if (task.type === 'eventTask') {
        const data = (task.data as EventTaskData | undefined)?.taskData;
        if (contextOfEvent(data?.target, data?.eventName) === 'dispatch') return native.call(baseOf(this), task);
      }
      const scheduled = native.call(this, task);
      taskHook?.scheduled(task, this);
      return scheduled;
    };
  });
}

function patchCancelTask(prototype: Zone): () => void {
  return replaceMethod<(this: Zone, task: Task) => unknown>(prototype, 'cancelTask', (native) => {
    return function (this: Zone, task) {
      const result = native.call(this, task);
      if (installed) taskHook?.finished(task);
      return result;
    };
  });
}

/** A zone forked inside a context is not the context's child: it would keep the values of whoever came first for good. */
function patchFork(prototype: Zone): () => void {
  return replaceMethod<(this: Zone, spec: ZoneSpec) => Zone>(prototype, 'fork', (native) => {
    return function (this: Zone, spec) {
      return native.call(installed ? baseOf(this) : this, spec);
    };
  });
}

/** Every way in which Zone.js changes the current zone, or keeps it for later. */
export function patchBoundaries(): () => void {
  const prototype = (ZoneClass as { prototype: Zone }).prototype;
  const undo = [
    patchWrap(prototype),
    patchRun(prototype, 'run'),
    patchRun(prototype, 'runGuarded'),
    patchRunTask(prototype),
    patchScheduleTask(prototype),
    patchCancelTask(prototype),
    patchFork(prototype),
  ];
  return undoAll(undo);
}
