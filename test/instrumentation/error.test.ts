import { expect } from 'chai';
import type * as Zonetrace from '../../src/index.js';
import { type Span, startTracing, type Tracing, type TracingOptions, withSpan } from '../../src/index.js';
import { Collector, macrotask, only, stopClock } from '../collect.js';
import { openFrame, runIn } from '../frame.js';
import { until } from '../until.js';

/** Set aside while errors are wanted: the test framework would take each for a failed test. */
const REPORTERS = ['error', 'unhandledrejection'] as const;

describe('the error instrumentation', () => {
  let collector: Collector;
  let tracing: Tracing;
  let reporters: Record<string, unknown>;
  const page = window as unknown as Record<string, unknown>;
  const start = (options: TracingOptions = {}): void => {
    collector = new Collector();
    tracing = startTracing({
      processors: [collector],
      panel: false,
      instrument: only('interaction', 'error'),
      ...options,
    });
    for (const type of REPORTERS) addEventListener(type, stopReporters, true);
  };

  beforeEach(() => {
    reporters = Object.fromEntries(REPORTERS.map((type) => [`on${type}`, page[`on${type}`]]));
    for (const type of REPORTERS) page[`on${type}`] = null;
  });

  /** The test framework listens too; what it would hear after us it does not. */
  function stopReporters(event: Event): void {
    if (event.target === window) event.stopImmediatePropagation();
    event.preventDefault();
  }

  afterEach(async () => {
    await tracing.stop();
    for (const type of REPORTERS) {
      removeEventListener(type, stopReporters, true);
      page[`on${type}`] = reporters[`on${type}`];
    }
  });

  const exceptions = (): { span: Span; message: unknown; attributes: Readonly<Record<string, unknown>> }[] =>
    collector.started.flatMap((span) =>
      span.events
        .filter(({ name }) => name === 'exception')
        .map(({ attributes }) => ({ span, message: attributes['exception.message'], attributes })),
    );

  const recorded = async (count = 1): Promise<ReturnType<typeof exceptions>> => {
    await until(() => exceptions().length >= count, `${count} exceptions`);
    await macrotask(20); // a second record of the same error would come now
    expect(exceptions()).to.have.length(count);
    return exceptions();
  };

  const tree = ({ span, message }: { span: Span; message: unknown }): string =>
    `${span.parent?.name ?? ''} > ${span.name}: ${message}`;

  it('records an error on the open span in whose zone it happened, with stack and position', async () => {
    start();
    await withSpan('work', async () => {
      setTimeout(() => {
        throw new TypeError('in a timer');
      });
      queueMicrotask(() => {
        throw new Error('in a microtask');
      });
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        port1.close();
        throw new Error('in a message handler');
      };
      port2.postMessage(1);
      new Image().addEventListener('error', () => {});
      await recorded(3);
    });
    const found = await recorded(3);
    expect(found.map(tree).sort()).to.deep.equal([
      ' > work: in a message handler',
      ' > work: in a microtask',
      ' > work: in a timer',
    ]);
    const timer = found.find(({ message }) => message === 'in a timer')?.attributes ?? {};
    expect(timer['exception.type']).to.equal('TypeError');
    expect(timer['exception.stacktrace']).to.contain('error.test');
    expect(timer['code.file.path']).to.match(/^http.*error\.test\.ts/);
    expect(timer['code.line.number']).to.be.greaterThan(0);
    expect(timer['code.column.number']).to.be.greaterThan(0);
    expect(collector.named('work').status).to.equal('ERROR');
  });

  it('makes it a child of the span where that has ended, and links the new trace where it has settled', async () => {
    start();
    withSpan('over', () => {
      setTimeout(() => {
        throw new Error('late');
      }, 5);
      setTimeout(() => {
        throw new Error('too late');
      }, 1500);
    });
    const [late] = await recorded();
    expect(late && tree(late)).to.equal('over > uncaught error: late');
    expect(late?.span.status).to.equal('ERROR');
    const [, tooLate] = await recorded(2);
    expect(tooLate && tree(tooLate)).to.equal(' > uncaught error: too late');
    expect(tooLate?.span.links.map(({ context }) => context.spanId)).to.deep.equal([
      collector.named('over').context.spanId,
    ]);
  });

  it('does not record again what a span has recorded on its way', async () => {
    start();
    const button = document.createElement('button');
    document.body.append(button);
    button.addEventListener('click', function failing() {
      throw new Error('in a listener');
    });
    button.click();
    button.remove();
    setTimeout(() =>
      withSpan('inner', () => {
        throw 'no object';
      }),
    );
    void withSpan('async', async () => {
      await undefined;
      throw new Error('rejected');
    });
    const found = await recorded(3);
    expect(found.map(tree).sort()).to.deep.equal([
      ' > async: rejected',
      ' > inner: no object',
      'click button > listener failing: in a listener',
    ]);
  });

  /**
   * Unhandled rejections in a page where nobody else listens: each function runs in its own task, and when what it returns
   * is done, so that no other trace runs between a rejection and its event.
   */
  const rejectionsOf = async (
    work: ((withSpan: typeof Zonetrace.withSpan, wait: typeof macrotask) => unknown)[],
    each = 1,
  ): Promise<string[]> => {
    start();
    const frame = await openFrame('/test/fixtures/page.html');
    const { zonetrace } = frame.contentWindow as unknown as { zonetrace: typeof Zonetrace };
    collector = new Collector();
    const own = zonetrace.startTracing({ processors: [collector], panel: false });
    const realm = frame.contentWindow as unknown as { eval(source: string): (...args: unknown[]) => unknown };
    // What tracing does as it starts may run between a rejection and its event too.
    await until(() => collector.ended.some(({ name }) => name.startsWith('load ')), 'the end of the load');
    const wait = realm.eval('(ms) => new Promise((resolve) => setTimeout(resolve, ms))');
    for (const [index, run] of work.entries()) {
      const done = new Promise<() => unknown>((resolve) => {
        (frame.contentWindow as Window).setTimeout(() => {
          const result = realm.eval(`(${run})`)(zonetrace.withSpan, wait);
          resolve(() => result);
        });
      });
      await recorded((index + 1) * each);
      await (await done)();
    }
    const found = exceptions().map((one) => `${tree(one)}, ${one.attributes['zonetrace.attribution'] ?? 'exact'}`);
    await own.stop();
    frame.remove();
    return found;
  };

  it('knows the span of a rejection by what threw in it', async () => {
    const found = await rejectionsOf([
      (withSpan, wait) =>
        withSpan('reaction', async () => {
          void Promise.resolve().then(() => {
            throw new Error('then');
          });
          await wait(300);
        }),
      (withSpan) =>
        withSpan('over', () => {
          void Promise.resolve()
            .then(() => {})
            .then(() => {
              throw new Error('two thens');
            });
        }),
    ]);
    expect(found).to.deep.equal([' > reaction: then, exact', 'over > unhandled rejection: two thens, exact']);
  });

  it('knows each of two rejections of one task', async () => {
    const found = await rejectionsOf(
      [
        (withSpan, wait) => {
          const both = ['one', 'two'].map((name) =>
            withSpan(name, async () => {
              void Promise.resolve().then(() => {
                throw new Error(`of ${name}`);
              });
              await wait(300);
            }),
          );
          return Promise.all(both);
        },
      ],
      2,
    );
    expect(found).to.deep.equal([' > one: of one, exact', ' > two: of two, exact']);
  });

  it('takes a rejection that nothing tells of for that of the trace that ran in the task', async () => {
    const found = await rejectionsOf([
      (withSpan, wait) =>
        withSpan('floating', async () => {
          const floating = async (): Promise<void> => {
            await wait(1);
            throw new Error('async function');
          };
          void floating();
          await wait(300);
        }),
      (withSpan, wait) =>
        withSpan('rejected', async () => {
          await wait(1);
          void Promise.reject(new Error('promise'));
          await wait(300);
        }),
    ]);
    expect(found).to.deep.equal([' > floating: async function, last task', ' > rejected: promise, last task']);
  });

  it("takes it for nobody's where two traces ran in the task, or code in none", async () => {
    const found = await rejectionsOf([
      (withSpan, wait) => {
        const common = wait(5);
        const both = ['one', 'two'].map((name) =>
          withSpan(name, async () => {
            await common;
            if (name === 'one') void Promise.reject(new Error('whose'));
            await wait(300);
          }),
        );
        return Promise.all(both);
      },
      (withSpan, wait) => {
        withSpan('other', () => wait(300));
        void Promise.reject(new Error('beside'));
      },
    ]);
    expect(found).to.deep.equal([' > unhandled rejection: whose, exact', ' > unhandled rejection: beside, exact']);
  });

  it('makes a root of ERROR status of an error in no span', async () => {
    start();
    setTimeout(() => {
      throw new Error('nobody');
    });
    const [found] = await recorded();
    expect(found && tree(found)).to.equal(' > uncaught error: nobody');
    expect(found?.span.status).to.equal('ERROR');
    expect(found?.span.endTime).to.be.a('number');
  });

  it('records what fails to load, for the span that waits for it, without the secrets of its URL', async () => {
    start();
    const link = document.createElement('link');
    link.rel = 'stylesheet';
    link.href = '/test-server/no-sheet?token=hidden';
    await withSpan('show', async () => {
      const image = new Image();
      image.src = '/test-server/no-image?token=hidden&size=2';
      image.onerror = () => {};
      document.body.append(image);
      await recorded(1);
      image.remove();
    });
    document.head.append(link);
    const found = await recorded(2);
    link.remove();
    expect(found.map(tree)).to.deep.equal([
      ' > show: img could not be loaded',
      ' > failed link: link could not be loaded',
    ]);
    expect(found.map(({ attributes }) => attributes['url.full'])).to.deep.equal([
      `${location.origin}/test-server/no-image?token=REDACTED&size=2`,
      `${location.origin}/test-server/no-sheet?token=REDACTED`,
    ]);
  });

  it('records what the policy of the page forbids', async () => {
    start();
    const frame = await openFrame('/test/fixtures/page.html?csp=strict');
    const {
      zonetrace,
      violations,
      document: other,
    } = frame.contentWindow as unknown as {
      zonetrace: typeof Zonetrace;
      violations: string[];
      document: Document;
    };
    collector = new Collector();
    const own = zonetrace.startTracing({ processors: [collector], panel: false, instrument: only('error') });
    const style = other.createElement('style');
    style.textContent = 'p { color: red }';
    other.head.append(style);
    await until(() => exceptions().length > 0);
    await macrotask(50);
    expect(violations).to.have.length(1);
    const [found] = await recorded();
    expect(found && tree(found)).to.match(/ > policy violation: style-src(-elem)? forbids inline$/);
    expect(found?.span.status).to.equal('ERROR');
    await own.stop();
    frame.remove();
  });

  it('marks an error that another origin does not tell', async () => {
    start();
    const error = new ErrorEvent('error', { message: 'Script error.' });
    window.dispatchEvent(error);
    const [found] = await recorded();
    expect(found?.attributes).to.include({ 'exception.message': 'Script error.', 'zonetrace.cross_origin': true });
  });

  it('leaves the handlers of the page their results: what they return and prevent, and what they see', async () => {
    const seen: unknown[] = [];
    const listener = (event: Event): void => {
      seen.push('listener', event.defaultPrevented);
    };
    const error = new Error('seen');
    addEventListener('error', listener);
    window.onerror = (...args) => {
      seen.push('onerror', args[4]);
      return true;
    };
    start();
    removeEventListener('error', stopReporters, true);
    const prevented = !window.dispatchEvent(new ErrorEvent('error', { error, message: 'seen', cancelable: true }));
    removeEventListener('error', listener);
    expect(seen).to.deep.equal(['listener', false, 'onerror', error]);
    expect(prevented).to.equal(true);
    await recorded();
  });

  it('bounds a storm of errors and counts the rest', async () => {
    start();
    const frame = await openFrame('/test/fixtures/page.html'); // nobody else listens there
    const { zonetrace } = frame.contentWindow as unknown as { zonetrace: typeof Zonetrace };
    const other = new Collector();
    const own = zonetrace.startTracing({ processors: [other], panel: false });
    const goOn = stopClock(frame.contentWindow as unknown as typeof globalThis); // all within a second
    runIn(frame, () => {
      for (let i = 0; i < 10_000; i++) reportError(new Error(`storm ${i}`));
    });
    goOn();
    const dropped = () => other.ended.map(({ attributes }) => Number(attributes['zonetrace.dropped_errors'] ?? 0));
    await until(() => Math.max(0, ...dropped()) > 0);
    const stored = other.ended.filter(({ name }) => name === 'uncaught error').length;
    expect(stored).to.equal(50);
    expect(stored + dropped().reduce((sum, count) => sum + count)).to.equal(10_000);
    const told = other.named('errors beyond the limit');
    expect(told.statusMessage).to.equal(`${told.attributes['zonetrace.dropped_errors']} more errors`);
    expect(told.status).to.equal('ERROR');
    // The second is over.
    runIn(frame, () => reportError(new Error('later')));
    await until(() => other.ended.at(-1)?.statusMessage === 'later', 'an error after the storm is recorded');
    await own.stop();
    frame.remove();
  });

  it('records console.error where it is asked to, calls the original alike, and gives it back', async () => {
    const { error: original } = console;
    const calls: unknown[][] = [];
    const own = function (this: unknown, ...args: unknown[]): string {
      calls.push([this, ...args]);
      return 'result';
    };
    console.error = own as never;
    try {
      start({ instrument: { webVitals: false, error: { console: true } } });
      const failure = new RangeError('logged');
      withSpan('logging', () => {
        expect((console.error as unknown as typeof own).call('me', 'it', failure)).to.equal('result');
      });
      console.error('plain %s', 7);
      console.error(failure);
      expect(calls).to.deep.equal([
        ['me', 'it', failure],
        [console, 'plain %s', 7],
        [console, failure],
      ]);
      const found = await recorded(2);
      expect(found.map(tree)).to.deep.equal([' > logging: logged', ' > console.error: plain %s 7']);
      expect(found[0]?.attributes['exception.stacktrace']).to.contain('error.test');
      await tracing.stop();
      expect(console.error).to.equal(own);
    } finally {
      console.error = original;
    }
  });

  it('leaves console.error alone by default, and everything where it is off', async () => {
    const { error } = console;
    start();
    expect(console.error).to.equal(error);
    await tracing.stop();
    start({ instrument: only('interaction') });
    window.dispatchEvent(new ErrorEvent('error', { error: new Error('x') }));
    expect(exceptions()).to.deep.equal([]);
  });
});
