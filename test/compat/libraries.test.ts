import { expect } from 'chai';
import type * as Zonetrace from '../../src/index.js';
import type { Check } from '../fixtures/compat/libraries/check.js';
import { openFrame } from '../frame.js';

interface LibraryWindow extends Window {
  check: Check;
  zonetrace?: typeof Zonetrace;
  eval(source: string): unknown;
}

/** What a library does, and the spans that its callers and callbacks see, by caller. */
interface Outcome {
  results: unknown[];
  seen: Record<string, Record<string, string>>;
}

/** Self-contained: runs in the page. Two callers at a time, and one in no span. */
async function runChecks(this: LibraryWindow): Promise<Outcome> {
  const { check, zonetrace } = this;
  const seen: Outcome['seen'] = {};
  const work = (id: string) => () =>
    check((where) => {
      seen[id] ??= {};
      const span = zonetrace?.getCurrentSpan()?.name ?? 'none';
      // Seen twice at one place: the wrong one counts.
      if (seen[id][where] === undefined || span !== id) seen[id][where] = span;
    }, id);
  const inSpan = (id: string) => (zonetrace ? zonetrace.withSpan(id, work(id)) : work(id)());
  const results = await Promise.all([inSpan('a'), work('none')(), inSpan('b')]);
  return { results, seen };
}

async function outcomeOf(order: string): Promise<Outcome> {
  const frame = await openFrame(`/test/fixtures/compat/page.html?order=${order}`);
  const page = frame.contentWindow as unknown as LibraryWindow;
  const outcome = await (page.eval(`(${runChecks})`) as typeof runChecks).call(page);
  const copy = JSON.parse(JSON.stringify(outcome)) as Outcome;
  frame.remove();
  return copy;
}

const clone = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

/** Where the span seen is not the caller's: lost (`none`) or another's. */
function misses({ seen }: Outcome): string[] {
  const found = new Set<string>();
  for (const [id, places] of Object.entries(seen)) {
    for (const [where, span] of Object.entries(places)) if (span !== id) found.add(`${where}: ${span}`);
  }
  return [...found];
}

/** The places where a caller may see no span or another's; README.md says why. */
const KNOWN: Record<string, RegExp> = {
  'core-js-forced before zonetrace': /: none$/,
  'rxjs before zonetrace': /^in a subscriber on a scheduler: /,
  'rxjs after zonetrace': /^in a subscriber on a scheduler: /,
  'jquery before zonetrace': /^after an animation: /,
  'jquery after zonetrace': /^after an animation: /,
};

const libraries = ['dexie', 'sentry', 'tanstack-query', 'rxjs', 'jquery', 'axios', 'opentelemetry'];

const changesOfThePage = [
  'core-js',
  'core-js-forced',
  'replaced-then',
  'promise-subclass',
  'promise-wrapper',
  'replaced-queueMicrotask',
  'polyfilled-queueMicrotask',
];

function orders(name: string): [string, string][] {
  const check = changesOfThePage.includes(name) ? ',promises' : '';
  return [
    [`${name} after zonetrace`, `zonetrace,${name}${check}`],
    [`${name} before zonetrace`, `${name},zonetrace${check}`],
  ];
}

/** By span. */
const OPENTELEMETRY_PARENTS = {
  inner: 'outer',
  'in then': 'inner',
  'in a timer': 'inner',
  bound: 'inner',
  'after await': 'async',
  'after a timer': 'async',
};

describe('beside zonetrace', () => {
  for (const name of [...libraries, ...changesOfThePage, 'promises']) {
    describe(name, () => {
      let alone: Outcome;
      before(async () => {
        // ZoneContextManager finds no Zone.js of its own in its peer-dependency build.
        const zone = name === 'opentelemetry' ? 'zone-js,' : '';
        alone = await outcomeOf(`${zone}${name}${changesOfThePage.includes(name) ? ',promises' : ''}`);
      });

      for (const [title, order] of orders(name)) {
        it(`${title} works as alone, and its callers keep their spans`, async () => {
          const { results, seen } = await outcomeOf(order);
          if (name !== 'opentelemetry') expect(results).to.deep.equal(alone.results);
          else for (const parents of results) expect(parents).to.deep.equal(OPENTELEMETRY_PARENTS);
          for (const id of ['a', 'b', 'none']) expect(Object.keys(seen[id] ?? {}), id).to.not.be.empty;
          const known = KNOWN[title];
          expect(misses({ results, seen }).filter((miss) => !known?.test(miss))).to.deep.equal([]);
        });
      }
    });
  }

  it('OpenTelemetry alone loses its own spans after a native await, which zonetrace gives it', async () => {
    const { results } = await outcomeOf('zone-js,opentelemetry');
    const [{ 'after await': lost, ...kept }] = clone(results) as [Record<string, string>];
    expect(lost).to.equal(undefined);
    expect(OPENTELEMETRY_PARENTS).to.include(kept);
  });
});
