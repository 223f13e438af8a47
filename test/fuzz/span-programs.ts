import * as fc from 'fast-check';
import { endSpan, getCurrentSpan, type Span, startSpan, traced, withSpan } from '../../src/index.js';

/** One step of a random program; `body` is a program of its own. */
export type Step =
  | { kind: 'await'; of: keyof typeof AWAITABLES }
  | { kind: 'call' | 'fork' | 'timer' | 'microtask' | 'then' | 'withSpan' | 'traced' | 'using' | 'root'; body: Step[] }
  | { kind: 'parallel'; bodies: Step[][] }
  | { kind: 'startSpan' | 'endSpan' | 'endOwn' | 'throw' };

/** Promises of the engine: after anything else `startSpan` has the limits that the README names. */
const AWAITABLES = {
  resolved: () => Promise.resolve(1),
  handled: () => Promise.reject(1).then(undefined, () => 2),
  pending: () => new Promise((resolve) => setTimeout(resolve)),
  queued: () => new Promise<void>((resolve) => queueMicrotask(() => resolve())),
  asyncFunction: () => (async () => 1)(),
  asyncAwaits: () => (async () => void (await Promise.resolve()))(),
  finally: () => Promise.resolve(1).finally(() => {}),
  all: () => Promise.all([1, Promise.resolve(2), (async () => 3)()]),
  allSettled: () => Promise.allSettled([Promise.reject(1), 2]),
  race: () => Promise.race([new Promise((resolve) => setTimeout(resolve)), Promise.resolve(2)]),
} satisfies Record<string, () => Promise<unknown>>;

const WITH_BODY = ['call', 'fork', 'timer', 'microtask', 'then', 'withSpan', 'traced', 'using', 'root'] as const;

export const spanPrograms: fc.Arbitrary<Step[]> = fc.letrec<{ body: Step[]; step: Step }>((tie) => ({
  body: fc.array(tie('step'), { minLength: 1, maxLength: 7, size: 'max', depthIdentifier: 'spans' }),
  step: fc.oneof(
    { depthIdentifier: 'spans', maxDepth: 4, depthSize: 'max' },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('await' as const),
        of: fc.constantFrom(...(Object.keys(AWAITABLES) as (keyof typeof AWAITABLES)[])),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({ kind: fc.constantFrom('startSpan' as const, 'startSpan', 'endSpan', 'endOwn', 'throw') }),
    },
    { weight: 6, arbitrary: fc.record({ kind: fc.constantFrom(...WITH_BODY), body: tie('body') }) },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('parallel' as const),
        bodies: fc.array(tie('body'), { minLength: 2, maxLength: 3 }),
      }),
    },
  ),
})).body;

export interface SpanTally {
  steps: number;
  spans: number;
  /** What was seen and what should have been, of the first steps that differ. */
  wrong: string[];
}

/** Thrown by programs; nothing else may be. */
class Planned extends Error {}

/**
 * The model: which span is current, by the rules of the README. One variable serves, as every piece of code that runs sets it
 * first to what it has carried explicitly: through its own closure across `await`, and into callbacks.
 */
let current: Span | undefined;

/** A settled trace has no current span any more. */
const visible = (span: Span | undefined): Span | undefined => (span?.trace.state === 'settled' ? undefined : span);

/** Runs a program and resolves when all that it started is done. */
export async function runSpanProgram(program: Step[], tally: SpanTally): Promise<void> {
  let running = 0;

  const check = (where: string): void => {
    tally.steps++;
    const [seen, expected] = [getCurrentSpan(), visible(current)];
    if (seen === expected || tally.wrong.length > 5) return;
    tally.wrong.push(`${where}: ${seen?.name} instead of ${expected?.name}`);
  };

  /** A span has begun: its parent is the current one. */
  const begun = (span: Span, parent: Span | undefined, where: string): void => {
    tally.spans++;
    const expected = visible(parent);
    if (span.parent !== expected && tally.wrong.length < 5) {
      tally.wrong.push(`${where}: parent ${span.parent?.name} instead of ${expected?.name}`);
    }
  };

  const later = (body: Step[]): (() => void) => {
    const carried = current;
    running++;
    return () => {
      current = carried;
      void run(body).catch(expectPlanned);
      running--;
    };
  };

  /** Calls something that runs its function in a span, which is the current one in it and in nothing behind it. */
  const inSpan = <R>(call: (work: (span: Span) => R) => R, work: () => R, isRoot: boolean): R => {
    const before = current;
    try {
      return call((span) => {
        begun(span, isRoot ? undefined : before, 'withSpan');
        current = span;
        check('inside');
        return work();
      });
    } finally {
      current = before;
      check('behind');
    }
  };

  const end = (span: Span, by: () => void): void => {
    if (!span.recording || span.trace.state === 'settled') return;
    const isCurrent = current === span;
    by();
    if (isCurrent) current = span.parent;
    check('ended');
  };

  /** What an `await` carries over. */
  const resume = async <R>(promise: Promise<R>): Promise<R> => {
    return promise;
  };

  async function run(body: Step[]): Promise<void> {
    running++;
    let own: Span | undefined;
    try {
      for (const step of body) {
        check(step.kind);
        let waited: Promise<unknown> | undefined;
        switch (step.kind) {
          case 'await':
            waited = AWAITABLES[step.of]();
            break;
          case 'call':
            waited = run(step.body);
            break;
          case 'fork':
            void run(step.body).catch(expectPlanned);
            break;
          case 'timer':
            setTimeout(later(step.body));
            break;
          case 'microtask':
            queueMicrotask(later(step.body));
            break;
          case 'then':
            void Promise.resolve().then(later(step.body));
            break;
          case 'withSpan':
            waited = inSpan(
              (work) => withSpan('with', work),
              () => run(step.body),
              false,
            );
            break;
          case 'root':
            waited = inSpan(
              (work) => withSpan('root', { root: true }, work),
              () => run(step.body),
              true,
            );
            break;
          case 'traced': {
            const fn = (work: (span: Span) => Promise<void>) => work(getCurrentSpan() as Span);
            waited = inSpan(
              (work) => traced('traced', fn)(work),
              () => run(step.body),
              false,
            );
            break;
          }
          case 'using': {
            const parent = current;
            using span = startSpan('using');
            begun(span, parent, 'using');
            current = span;
            check('using');
            const inner = run(step.body).catch(expectPlanned);
            const carried = current;
            await inner;
            current = carried;
            check('using, later');
            // The block ends the span: as the model has it, now.
            end(span, () => span.end());
            break;
          }
          case 'parallel':
            waited = Promise.all(step.bodies.map((each) => run(each)));
            break;
          case 'startSpan': {
            const parent = current;
            own = startSpan('start');
            begun(own, parent, 'startSpan');
            current = own;
            break;
          }
          case 'endSpan': {
            const span = current;
            if (span && visible(span)) end(span, () => void endSpan());
            break;
          }
          case 'endOwn': {
            const span = own;
            if (span) end(span, () => span.end());
            break;
          }
          case 'throw':
            throw new Planned();
        }
        if (waited) {
          const carried = current;
          try {
            await resume(waited);
          } catch (error) {
            expectPlanned(error);
          }
          current = carried;
        }
        check(`${step.kind}, later`);
      }
    } finally {
      running--;
    }
  }

  const expectPlanned = (error: unknown): void => {
    if (!(error instanceof Planned)) tally.wrong.push(String(error));
  };

  // In a task of its own: what a program leaves active ends with it.
  running++;
  setTimeout(() => {
    current = undefined;
    void run(program).catch(expectPlanned);
    running--;
  });
  while (running > 0) await new Promise<void>((resolve) => setTimeout(resolve));
  current = undefined;
  check('at the end');
}
