import { expect } from 'chai';
import type * as Zonetrace from '../../src/index.js';
import { Collector } from '../collect.js';
import type { App } from '../fixtures/compat/apps/app.js';
import { openFrame } from '../frame.js';
import { until } from '../until.js';

interface PageWindow extends Window {
  app: App;
  zonetrace?: typeof Zonetrace;
}

/** The steps of each app, in the order in which they are let go on; after the handler, the others wait together. */
const STEPS: Record<string, string[]> = {
  'react-page': ['handler', 'effect', 'query', 'suspense'],
  'vue-page': ['handler', 'watcher', 'setup'],
  'svelte-page': ['handler', 'effect', 'await'],
  'jquery-page': ['handler', 'effect'],
  'rxjs-axios-page': ['handler', 'effect'],
};

/** Where a span may be lost, though never another's; README.md says why. */
const LOSING = ['react-page,zonetrace'];

const MOST_RUNS = 6;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits until the app does nothing for a while (ms); a request that fails takes longer than the app's own steps. */
async function quiet({ log }: App, rest = 25): Promise<void> {
  for (let length = -1; length !== log.length; ) {
    length = log.length;
    await pause(rest);
  }
}

interface Run {
  log: string[];
  seen: App['seen'];
  spans: Collector;
}

/** Two clicks that overlap, the second one overtaking the first, and then what fails. */
async function runApp(name: string, order: string): Promise<Run> {
  const frame = await openFrame(`/test/fixtures/compat/page.html?order=${order}`);
  const page = frame.contentWindow as unknown as PageWindow;
  const { app, zonetrace } = page;
  const spans = new Collector();
  const tracing = zonetrace?.startTracing({ panel: false, processors: [spans] });
  // The root of the app, with its listeners, is made inside a span.
  if (zonetrace) zonetrace.withSpan('boot', () => app.mount());
  else app.mount();
  const click = (id: string): void => page.document.getElementById(id)?.click();
  await until(() => page.document.getElementById('b') !== null, 'the buttons');
  await quiet(app);
  click('a');
  click('b');
  for (const id of ['b', 'a']) {
    for (const step of STEPS[name] as string[]) {
      await until(() => app.waiting.has(`${step} ${id}`), `${step} ${id} waits`);
      app.open(`${step} ${id}`);
      await until(
        () => app.log.some((line) => line.startsWith('<') && line.includes(`${step} ${id}`)),
        `${step} ${id} is shown`,
      );
      await quiet(app);
    }
  }
  click('fail');
  await quiet(app, 250);
  click('bad');
  await quiet(app, 250);
  await tracing?.stop();
  const { log, seen } = structuredClone({ log: app.log, seen: app.seen });
  frame.remove();
  return { log, seen, spans };
}

/** The click that a span comes from: at the root of its trace, or of the settled one that its root follows. */
function causeOf(span: Zonetrace.Span, { started }: Collector): string | undefined {
  const { rootSpan } = span.trace;
  const [link] = rootSpan?.links ?? [];
  const cause = link && started.find(({ context }) => context.spanId === link.context.spanId);
  return cause ? causeOf(cause, { started } as Collector) : rootSpan?.name;
}

describe('a page of', () => {
  for (const name of Object.keys(STEPS)) {
    describe(name, () => {
      /** What the page does without zonetrace; React renders once more or less by chance, which is no difference. */
      const alone: string[][] = [];
      const runAlone = async (): Promise<void> => {
        alone.push((await runApp(name, name)).log);
      };
      before(runAlone);

      for (const order of [`zonetrace,${name}`, `${name},zonetrace`]) {
        it(`works as alone, and its spans come from their clicks: ${order}`, async () => {
          const { log, seen, spans } = await runApp(name, order);
          const isKnown = (): boolean => alone.some((other) => other.join('\n') === log.join('\n'));
          while (!isKnown() && alone.length < MOST_RUNS) await runAlone();
          if (!isKnown()) expect(log).to.deep.equal(alone[0]);
          expect(log.filter((line) => /^(error|rejection|caught|uncaught|handled)/.test(line))).to.have.length.above(2);

          const requests = spans.started.filter(({ attributes }) => /step=/.test(String(attributes['url.full'])));
          const asked = requests.map((span) => {
            const { searchParams } = new URL(String(span.attributes['url.full']));
            const where = String(searchParams.get('step'));
            return { where, id: String(searchParams.get('id')), root: causeOf(span, spans) };
          });
          for (const id of ['a', 'b']) {
            for (const step of STEPS[name] as string[]) {
              expect(asked.map((each) => `${each.where} ${each.id}`)).to.include(`${step} ${id}`);
            }
          }
          const misses = [...asked, ...seen].filter(({ id, root }) => root !== `click "Load ${id}"`);
          const lost = misses.filter(({ root }) => !root?.startsWith('click'));
          expect(misses.filter((miss) => !lost.includes(miss))).to.deep.equal([]);
          if (!LOSING.includes(order)) expect(lost).to.deep.equal([]);
          // What the handlers themselves do is never lost.
          expect(lost.filter(({ where }) => /handler|await/.test(where))).to.deep.equal([]);
        });
      }
    });
  }
});
