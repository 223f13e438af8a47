import * as fc from 'fast-check';
import { type OtherName, otherNames, type PromiseName, promiseNames } from './ways-to-wait.js';

/** Promises, spans, callbacks, targets that the parts of a program share, so many of each. */
export const SLOTS = 3;

/** Callbacks that the platform calls later, each in the span that was current when it was given. */
const LATER = [
  ...(['timer', 'interval', 'frame', 'idle', 'postTask', 'port', 'microtask', 'microtask', 'then'] as const),
  ...(['then', 'catch', 'finally', 'thenOfSubclass'] as const),
];

/** Calls whose span, or zone, is over behind them. */
const SCOPES = ['withSpan', 'traced', 'root', 'adopted', 'forgetful', 'throwing', 'zone'] as const;

const COMBINATORS = ['all', 'allSettled', 'race', 'any'] as const;

/** One step of a random program; `body` and `bodies` are programs of their own. */
export type Step =
  | { kind: 'await'; of: PromiseName | OtherName }
  | { kind: 'later'; by: (typeof LATER)[number]; body: Step[] }
  | { kind: 'scope'; by: (typeof SCOPES)[number]; slot: number; awaited: boolean; body: Step[] }
  | { kind: 'call' | 'fork' | 'using' | 'thenable'; body: Step[] }
  | { kind: 'on' | 'onAbort' | 'bind'; slot: number; body: Step[] }
  | { kind: 'shared' | 'resolve' | 'keep' | 'endKept' | 'startAdopted' | 'emit' | 'abort' | 'callBound'; slot: number }
  | { kind: 'startSpan' | 'endSpan' | 'endOwn' | 'throw' | 'cancelTimer' }
  | { kind: 'parallel'; by: (typeof COMBINATORS)[number]; bodies: Step[][] }
  | { kind: 'generator'; bodies: Step[][]; body: Step[]; rounds: number }
  | { kind: 'iterate'; of: (PromiseName | OtherName)[]; body: Step[] };

const slot = fc.nat(SLOTS - 1);

const stepsOf = (way: fc.Arbitrary<PromiseName | OtherName>): fc.Arbitrary<Step[]> =>
  fc.letrec<{ body: Step[]; bodies: Step[][]; step: Step }>((tie) => {
    const weighted = <T extends Step>(weight: number, shape: { [K in keyof T]: fc.Arbitrary<T[K]> }) => ({
      weight,
      arbitrary: fc.record(shape) as unknown as fc.Arbitrary<Step>,
    });
    const [body, bodies] = [tie('body'), tie('bodies')];
    const kinds = <K extends Step['kind']>(...each: K[]): fc.Arbitrary<K> => fc.constantFrom(...each);
    return {
      body: fc.array(tie('step'), { minLength: 1, maxLength: 7, size: 'max', depthIdentifier: 'spans' }),
      bodies: fc.array(body, { minLength: 1, maxLength: 3 }),
      step: fc.oneof(
        { depthIdentifier: 'spans', maxDepth: 4, depthSize: 'max' },
        weighted(3, { kind: kinds('await'), of: way }),
        weighted(4, {
          kind: kinds('startSpan', 'startSpan', 'startSpan', 'endSpan', 'endOwn', 'throw', 'cancelTimer'),
        }),
        weighted(2, { kind: kinds('shared', 'shared', 'resolve'), slot }),
        weighted(2, { kind: kinds('keep', 'endKept', 'startAdopted', 'emit', 'abort', 'callBound'), slot }),
        weighted(4, { kind: kinds('later'), by: fc.constantFrom(...LATER), body }),
        weighted(6, { kind: kinds('scope'), by: fc.constantFrom(...SCOPES), slot, awaited: fc.boolean(), body }),
        weighted(4, { kind: kinds('call', 'fork', 'using', 'thenable'), body }),
        weighted(2, { kind: kinds('on', 'onAbort', 'bind'), slot, body }),
        weighted(2, { kind: kinds('parallel'), by: fc.constantFrom(...COMBINATORS), bodies }),
        weighted(1, { kind: kinds('generator'), bodies, body, rounds: fc.integer({ min: 1, max: 4 }) }),
        weighted(1, { kind: kinds('iterate'), of: fc.array(way, { maxLength: 3 }), body }),
      ),
    };
  }).body;

const promise = fc.constantFrom(...promiseNames);
const other = fc.constantFrom(...otherNames);

export interface Program {
  steps: Step[];
  /** It also awaits what is no promise of the engine; then it uses `startSpan` only where docs/conformance.md says it may. */
  plain: boolean;
}

export const spanPrograms: fc.Arbitrary<Program> = fc.oneof(
  fc.record({ steps: stepsOf(promise), plain: fc.constant(false) }),
  fc.record({ steps: stepsOf(fc.oneof(promise, other)), plain: fc.constant(true) }),
);
