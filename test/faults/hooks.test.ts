import { expect } from 'chai';
import {
  endSpan,
  getCurrentSpan,
  inject,
  type Span,
  setUser,
  startSpan,
  startTracing,
  type Tracing,
  type TracingOptions,
  traced,
  withBaggage,
  withSpan,
} from '../../src/index.js';
import { Collector, collectWarnings, macrotask, withOptions } from '../collect.js';
import { until } from '../until.js';

/** A hook's part of the options, with what it is to do each time. */
type Hook = (act: (span?: unknown) => void) => TracingOptions;

const noop = async (): Promise<void> => {};

const processor = (method: 'onStart' | 'onEnd' | 'onSettled', act: (span?: unknown) => void) => ({
  processors: [{ onStart() {}, onEnd() {}, forceFlush: noop, shutdown: noop, [method]: act }],
});

const HOOKS: Record<string, Hook> = {
  redact: (act) => ({
    redact: (_name, value, span) => {
      act(span);
      return value;
    },
  }),
  sampler: (act) => ({
    sampler: () => {
      act();
      return true;
    },
  }),
  'onStart of a processor': (act) => processor('onStart', act),
  'onEnd of a processor': (act) => processor('onEnd', act),
  'onSettled of a processor': (act) => processor('onSettled', () => act()),
  'an exporter': (act) => ({ exporters: [{ export: (spans) => act(spans[0]), shutdown: noop }] }),
  requestHook: (act) => ({
    instrument: withOptions({ fetch: { requestHook: act }, xhr: { requestHook: act } }),
  }),
  responseHook: (act) => ({
    instrument: withOptions({ fetch: { responseHook: act }, xhr: { responseHook: act } }),
  }),
  'an ignoreUrls function': (act) => ({
    ignoreUrls: [
      () => {
        act();
        return false;
      },
    ],
  }),
  'a propagateTo function': (act) => ({
    propagateTo: [
      () => {
        act();
        return true;
      },
    ],
  }),
};

const OTHER_ORIGIN = `http://127.0.0.1:${location.port}`;

const OWN = '/test-server/status?code=200&of=hook';

/** Everything of the library that a hook might think of. */
function useEverything(span: unknown): void {
  withSpan('hook', { root: true }, (inner) => {
    withSpan('hook child', () => {});
    inner.setAttribute('a', 1).addEvent('event').recordException(new Error('of a hook'));
  });
  startSpan('hook');
  endSpan();
  startSpan('hook, left open');
  traced('hook', () => {})();
  withBaggage({ a: 'b' }, () => inject({}));
  setUser({ id: 'u' });
  getCurrentSpan()?.setAttribute('current', true);
  if (span && typeof span === 'object' && 'setAttribute' in span) (span as Span).setAttribute('by.hook', 'yes');
  void fetch(OWN).then((response) => response.text());
  const xhr = new XMLHttpRequest();
  xhr.open('GET', OWN);
  xhr.send();
  startTracing();
}

/** What the page does, and what comes of it. */
async function work(): Promise<string> {
  return withSpan('work', { attributes: { a: 1 } }, async (span) => {
    const first = await (await fetch('/test-server/status?code=200&of=page')).json();
    const xhr = new XMLHttpRequest();
    xhr.open('GET', '/test-server/status?code=201&of=page');
    const done = new Promise((resolve) => xhr.addEventListener('loadend', resolve));
    xhr.send();
    await done;
    await (await fetch(`${OTHER_ORIGIN}/test-server/status?code=200&of=page`)).text();
    return `${first.code} ${xhr.status} ${getCurrentSpan() === span}`;
  });
}

describe('faults: hooks', () => {
  let tracing: Tracing | undefined;
  let collector: Collector;
  const errors: unknown[] = [];
  const note = (event: ErrorEvent | PromiseRejectionEvent) => {
    errors.push('reason' in event ? event.reason : event.error);
    event.preventDefault();
  };

  beforeEach(() => {
    collector = new Collector();
    errors.length = 0;
    addEventListener('error', note);
    addEventListener('unhandledrejection', note);
  });
  afterEach(async () => {
    removeEventListener('error', note);
    removeEventListener('unhandledrejection', note);
    await tracing?.stop();
    setUser();
  });

  const start = (options: TracingOptions): void => {
    tracing = startTracing({
      panel: false,
      instrument: withOptions({ fetch: true, xhr: true }),
      ...options,
      processors: [collector, ...(options.processors ?? [])],
    });
    tracing.store.clear();
  };
  const names = () => collector.started.map(({ name }) => name).sort();
  const OF_THE_PAGE = [...Array(3).fill('GET /test-server/status'), 'work'];

  for (const [name, hook] of Object.entries(HOOKS)) {
    it(`${name} that uses the library and makes requests sees none of them, and ends`, async () => {
      let calls = 0;
      await collectWarnings(async () => {
        start(
          hook((span) => {
            if (++calls < 1000) useEverything(span);
          }),
        );
        expect(await work()).to.equal('200 201 true');
        await until(() => collector.started[0]?.trace.state === 'settled', 'the trace has settled');
        await tracing?.flush();
        await macrotask(100); // what a hook began comes back meanwhile
      });
      expect(names()).to.deep.equal(OF_THE_PAGE);
      expect(calls).to.be.within(1, 100);
      expect(getCurrentSpan()).to.equal(undefined);
      expect(errors).to.deep.equal([]);
    });

    it(`${name} that goes on after an await sees none of what it does there`, async () => {
      let calls = 0;
      await collectWarnings(async () => {
        start(
          hook(async () => {
            await null;
            await macrotask();
            if (++calls < 1000) useEverything(undefined);
          }),
        );
        expect(await work()).to.equal('200 201 true');
        await until(() => collector.started[0]?.trace.state === 'settled', 'the trace has settled');
        await tracing?.flush();
        await macrotask(100);
      });
      expect(names()).to.deep.equal(OF_THE_PAGE);
      expect(calls).to.be.within(1, 100);
      expect(errors).to.deep.equal([]);
    });

    it(`${name} that throws changes nothing for the page, and is named once`, async () => {
      const warnings = await collectWarnings(async () => {
        start(
          hook(() => {
            throw new Error(`thrown by ${name}`);
          }),
        );
        expect(await work()).to.equal('200 201 true');
        await until(() => collector.started[0]?.trace.state === 'settled', 'the trace has settled');
        await tracing?.flush();
      });
      // Names that redact leaves out are called redacted.
      expect(collector.started.filter(({ trace }) => trace === collector.started[0]?.trace)).to.have.length(4);
      expect(errors).to.deep.equal([]);
      for (const warning of warnings) expect(warning).to.match(/^zonetrace: .+; .+/);
      // A pattern that throws means nothing.
      if (!name.includes('function')) expect(warnings.length).to.be.within(0, 2);
    });
  }

  it('a processor that forgets what it awaits sees none of it after thousands of spans either', async () => {
    const send = async (): Promise<void> => {
      await null;
      withSpan('of the processor', () => {});
    };
    start(processor('onEnd', () => void send()));
    for (let job = 0; job < 150; job++) {
      for (let i = 0; i < 10; i++) withSpan('work', () => {});
      await macrotask();
    }
    expect(collector.started).to.have.length(1500);
    expect(new Set(names())).to.deep.equal(new Set(['work']));
  });

  it('what a hook sets on its span is kept, and seen by redact', async () => {
    const seen: string[] = [];
    start({
      instrument: withOptions({ fetch: { requestHook: (span) => span.setAttribute('by.hook', 'kept') } }),
      redact: (name, value) => {
        seen.push(name);
        return value;
      },
    });
    await fetch('/test-server/headers');
    expect(collector.started[0]?.attributes['by.hook']).to.equal('kept');
    expect(seen).to.include('by.hook');
  });

  it('redact that answers something else than a value has it made into one', () => {
    const answers = [{ a: 1 }, Symbol('x'), () => {}, Promise.resolve('late'), null, new Map([[1, 2]]), document.body];
    for (const answer of answers) {
      start({ redact: (name, value) => (name === 'a' ? (answer as never) : value) });
      withSpan('work', { attributes: { a: 1 } }, () => {});
      expect(collector.started.at(-1)?.attributes['a'], String(answer)).to.be.a('string');
      void tracing?.stop();
    }
  });
});
