import { expect } from 'chai';
import { getCurrentSpan, startSpan, startTracing, type Trace, type Tracing, withSpan } from '../../src/index.js';
import { Collector, macrotask, only, stopClock } from '../collect.js';
import { until } from '../until.js';

describe('the interaction instrumentation', () => {
  let collector: Collector;
  let tracing: Tracing;
  let button: HTMLButtonElement;

  beforeEach(() => {
    collector = new Collector();
    tracing = startTracing({ processors: [collector], panel: false, instrument: only('interaction', 'error') });
    button = document.createElement('button');
    button.textContent = 'Add to cart';
    document.body.append(button);
  });

  afterEach(async () => {
    button.remove();
    await tracing.stop();
  });

  /** The trace of the last root, once it has settled. */
  const settled = async (): Promise<Trace> => {
    const roots = collector.started.filter(({ parent }) => parent === undefined);
    const trace = roots.at(-1)?.trace;
    if (!trace) throw new Error('no trace was begun');
    return trace.settled;
  };

  const tree = (trace: Trace): string[] => trace.spans.map((span) => `${span.parent?.name ?? ''} > ${span.name}`);

  it('makes one root an event, named as a person would, with a child for the handler', async () => {
    button.addEventListener('click', async function addToCart() {
      await macrotask(2);
      withSpan('render', () => {});
    });
    button.click();
    const trace = await settled();
    expect(tree(trace)).to.deep.equal([
      ' > click "Add to cart"',
      'click "Add to cart" > listener addToCart',
      'listener addToCart > render',
    ]);
    const [root, listener] = trace.spans;
    expect(root?.endTime).to.equal(listener?.endTime);
    expect(root?.attributes['event.is_trusted']).to.equal(false);
    expect(root?.status).to.equal('OK');
  });

  it('puts all listeners of one event under the same root', async () => {
    document.body.addEventListener('click', () => withSpan('delegated', () => {}), { once: true });
    button.onclick = () => withSpan('property', () => {});
    button.addEventListener('click', { handleEvent: () => withSpan('object', () => {}) });
    button.click();
    const trace = await settled();
    expect(collector.started.filter(({ parent }) => !parent)).to.have.length(1);
    expect(tree(trace)).to.deep.equal([
      ' > click "Add to cart"',
      'click "Add to cart" > onclick',
      'onclick > property',
      'click "Add to cart" > listener handleEvent',
      'listener handleEvent > object',
      'click "Add to cart" > listener',
      'listener > delegated',
    ]);
  });

  it('leaves nothing of an event whose listeners do nothing', async () => {
    button.addEventListener('click', () => {});
    const goOn = stopClock();
    button.click();
    goOn();
    await macrotask(120);
    expect(collector.started).to.have.length(0);
  });

  it('keeps a listener that took time, or that only set a timer', async () => {
    button.addEventListener('click', function busy() {
      const until = performance.now() + 3;
      while (performance.now() < until);
    });
    button.addEventListener('click', function later() {
      setTimeout(() => {}, 1);
    });
    button.click();
    expect(tree(await settled())).to.deep.equal([
      ' > click "Add to cart"',
      'click "Add to cart" > listener busy',
      'click "Add to cart" > listener later',
    ]);
  });

  it('does not make a later click the child of the span that registered its listener', async () => {
    withSpan('mount', () => button.addEventListener('click', () => withSpan('work', () => {})));
    await macrotask(120);
    button.click();
    expect(collector.named('work').parent?.name).to.equal('listener');
    expect(collector.named('work').trace).not.to.equal(collector.named('mount').trace);
  });

  it("runs a listener in the dispatcher's span when a script dispatches inside one", () => {
    button.addEventListener('click', () => withSpan('work', () => {}));
    const outer = startSpan('outer');
    button.click();
    outer.end();
    expect(collector.named('work').parent).to.equal(outer);
    expect(collector.started.map(({ name }) => name)).to.deep.equal(['outer', 'work']);
  });

  it('records what a handler throws, and lets it reach the page', async () => {
    const error = new Error('handler failed');
    const reported: unknown[] = [];
    const original = window.onerror;
    window.onerror = (_message, _source, _line, _column, thrown) => {
      reported.push(thrown);
      return true;
    };
    button.addEventListener('click', function failing() {
      throw error;
    });
    button.click();
    window.onerror = original;
    expect(reported).to.deep.equal([error]);
    const span = collector.named('listener failing');
    expect(span.status).to.equal('ERROR');
    expect(span.statusMessage).to.equal('handler failed');
  });

  it('leaves no span current after the event', async () => {
    let inside: unknown;
    button.addEventListener('click', () => {
      startSpan('forgotten');
      inside = getCurrentSpan()?.name;
    });
    button.click();
    expect(inside).to.equal('forgotten');
    expect(getCurrentSpan()).to.equal(undefined);
    collector.named('forgotten').end();
  });

  it('takes typing in one field as one interaction, which ends with its last work', async () => {
    const [search, other] = [document.createElement('input'), document.createElement('input')];
    document.body.append(search, other);
    let timer = 0;
    for (const field of [search, other]) {
      field.addEventListener('input', function search() {
        clearTimeout(timer);
        timer = window.setTimeout(() => withSpan('search', () => {}), 100);
      });
    }
    let before = 0;
    let pause = 0;
    const type = (field: Element) => {
      pause = Math.max(pause, performance.now() - before);
      field.dispatchEvent(new InputEvent('input', { bubbles: true }));
      before = performance.now();
    };
    do {
      collector.started.length = 0;
      [before, pause] = [performance.now(), 0];
      for (let key = 0; key < 4; key++) {
        type(search);
        await macrotask(70); // longer than a trace without pending work lives
      }
      type(other);
      await until(() => collector.started.some(({ name, parent }) => name === 'search' && parent));
    } while (pause > 400); // on a machine so slow that it was no typing any more: again
    search.remove();
    other.remove();
    const roots = collector.started.filter(({ parent }) => !parent);
    expect(roots).to.have.length(2);
    const traces = await Promise.all(roots.map(({ trace }) => trace.settled));
    expect(traces.map(({ spans }) => spans.filter(({ name }) => name.startsWith('listener')).length)).to.deep.equal([
      4, 1,
    ]);
    const [, last] = traces;
    const work = last?.spans.find(({ name }) => name === 'search');
    expect(last?.rootSpan?.endTime).to.be.within(work?.endTime ?? 0, (work?.endTime ?? 0) + 250); // not after the pause of typing
  });

  it('never puts what was typed into a name', async () => {
    const label = document.createElement('label');
    label.textContent = 'Card number';
    const input = document.createElement('input');
    input.value = '4111 1111 1111 1111';
    label.append(input);
    const masked = document.createElement('p');
    masked.dataset['traceMask'] = '';
    masked.textContent = 'private text';
    document.body.append(label, masked);
    for (const target of [input, masked]) {
      target.addEventListener('click', () => withSpan('work', () => {}));
      target.click();
    }
    const names = collector.started.filter(({ parent }) => !parent).map(({ name }) => name);
    label.remove();
    masked.remove();
    expect(names).to.deep.equal(['click "Card number"', 'click p']);
  });
});
