import * as fc from 'fast-check';
import { ZoneVariable } from '../../src/zone/index.js';
import { OTHERS, type OtherName, otherNames, PROMISES, type PromiseName, promiseNames } from '../fuzz/ways-to-wait.js';

/** One step of a random program; `body` and `bodies` are programs of their own. */
export type Step =
  | { kind: 'await'; of: PromiseName | OtherName }
  | { kind: 'shared'; index: number }
  | { kind: 'resolve'; index: number }
  | { kind: 'call' | 'fork' | 'timer' | 'microtask' | 'then' | 'port' | 'sync'; body: Step[] }
  | { kind: 'run'; value: number; body: Step[]; awaited: boolean }
  | { kind: 'parallel'; bodies: Step[][] };

const SHARED = 3;

/** Ways to wait, all of them the platform's own. */
const WAYS: Record<PromiseName | OtherName, () => unknown> = { ...PROMISES, ...OTHERS };

export const programs: fc.Arbitrary<Step[]> = fc.letrec<{ body: Step[]; step: Step }>((tie) => ({
  body: fc.array(tie('step'), { minLength: 1, maxLength: 7, size: 'max', depthIdentifier: 'program' }),
  step: fc.oneof(
    { depthIdentifier: 'program', maxDepth: 4, depthSize: 'max' },
    fc.record({
      kind: fc.constant('await' as const),
      of: fc.constantFrom(...promiseNames, ...otherNames),
    }),
    fc.record({ kind: fc.constant('shared' as const), index: fc.nat(SHARED - 1) }),
    fc.record({ kind: fc.constant('resolve' as const), index: fc.nat(SHARED - 1) }),
    fc.record({
      kind: fc.constantFrom('call' as const, 'fork', 'timer', 'microtask', 'then', 'port', 'sync'),
      body: tie('body'),
    }),
    fc.record({
      kind: fc.constant('run' as const),
      value: fc.integer({ min: 1, max: 4 }),
      body: tie('body'),
      awaited: fc.boolean(),
    }),
    fc.record({
      kind: fc.constant('parallel' as const),
      bodies: fc.array(tie('body'), { minLength: 2, maxLength: 3 }),
    }),
  ),
})).body;

/** How often the value was as the program says, and how not. */
export interface Tally {
  steps: number;
  /** Another code's value was seen. */
  wrong: number;
  /** A value was seen by code that has none. */
  leaked: number;
  /** No value was seen by code that has one. */
  lost: number;
}

const variable = new ZoneVariable<number>();

interface Deferred {
  promise: Promise<void>;
  resolve: () => void;
}

function defer(): Deferred {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

/** Runs a program; every step carries its right value explicitly, which is compared with the variable's. */
export async function runProgram(program: Step[]): Promise<Tally> {
  const tally: Tally = { steps: 0, wrong: 0, leaked: 0, lost: 0 };
  const shared = Array.from({ length: SHARED }, defer);
  let running = 0;

  const check = (expected: number | undefined): void => {
    tally.steps++;
    const seen = variable.get();
    if (seen === expected) return;
    if (expected === undefined) tally.leaked++;
    else if (seen === undefined) tally.lost++;
    else tally.wrong++;
  };

  const later = (body: Step[], value: number | undefined): (() => void) => {
    running++;
    return () => {
      void run(body, value);
      check(value);
      running--;
    };
  };

  async function run(body: Step[], value: number | undefined): Promise<void> {
    running++;
    check(value);
    for (const step of body) {
      switch (step.kind) {
        case 'await':
          try {
            await WAYS[step.of]();
          } catch {
            // Some of them reject.
          }
          break;
        case 'shared':
          await (shared[step.index] as Deferred).promise;
          break;
        case 'resolve':
          (shared[step.index] as Deferred).resolve();
          break;
        case 'call':
          await run(step.body, value);
          break;
        case 'fork':
          void run(step.body, value);
          break;
        case 'sync':
          [1].forEach(() => void run(step.body, value));
          break;
        case 'timer':
          setTimeout(later(step.body, value));
          break;
        case 'microtask':
          queueMicrotask(later(step.body, value));
          break;
        case 'then':
          void Promise.resolve().then(later(step.body, value));
          break;
        case 'port': {
          const { port1, port2 } = new MessageChannel();
          const callback = later(step.body, value);
          port1.onmessage = () => {
            port1.close();
            callback();
          };
          port2.postMessage(0);
          break;
        }
        case 'run': {
          const result = variable.run(step.value, run, step.body, step.value);
          check(value);
          if (step.awaited) await result;
          break;
        }
        case 'parallel':
          await Promise.all(step.bodies.map((inner) => run(inner, value)));
          break;
      }
      check(value);
    }
    running--;
  }

  void run(program, undefined);
  await idle(() => running);
  for (const { resolve } of shared) resolve();
  await idle(() => running);
  check(undefined);
  return tally;
}

/** Waits until nothing runs any more, or nothing has changed for some turns: the rest waits for a shared promise. */
async function idle(running: () => number): Promise<void> {
  const pause = () => new Promise<void>((resolve) => setTimeout(resolve));
  for (let quiet = 0, last = running(); quiet < 3 && running() > 0; ) {
    await pause();
    quiet = running() === last ? quiet + 1 : 0;
    last = running();
  }
}
