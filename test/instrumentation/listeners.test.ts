import { expect } from 'chai';
import { getCurrentSpan, startTracing, type Tracing, withSpan } from '../../src/index.js';
import { Collector, macrotask, only, stopClock } from '../collect.js';
import { until } from '../until.js';

/** Every way in which a page can listen for an event gives the listener the span of the interaction. */
describe('a listener', () => {
  let collector: Collector;
  let tracing: Tracing;
  let host: HTMLElement;
  const realm = window as unknown as Record<string, unknown>;

  beforeEach(() => {
    collector = new Collector();
    tracing = startTracing({ processors: [collector], panel: false, instrument: only('interaction') });
    host = document.createElement('div');
    document.body.append(host);
    realm['seen'] = [];
    realm['see'] = (...values: unknown[]) => {
      (realm['seen'] as unknown[]).push(...values);
      withSpan('work', () => {});
    };
  });

  afterEach(async () => {
    host.remove();
    delete realm['seen'];
    delete realm['see'];
    await tracing.stop();
  });

  const make = (html: string): HTMLElement => {
    host.innerHTML = html;
    return host.firstElementChild as HTMLElement;
  };
  const work = (): string[] =>
    collector.started
      .filter(({ name }) => name === 'work')
      .map(({ parent }) => `${parent?.parent?.name} > ${parent?.name}`);
  const roots = () => collector.started.filter(({ parent }) => !parent);

  describe('of an inline attribute', () => {
    it('runs in the span of the event, and the attribute stays', () => {
      const button = make('<button onclick="see(getSpan())">Buy</button>');
      realm['getSpan'] = () => getCurrentSpan()?.name;
      button.click();
      button.click();
      expect(work()).to.deep.equal(['click "Buy" > onclick', 'click "Buy" > onclick']);
      expect(realm['seen']).to.deep.equal(['onclick', 'onclick']);
      expect(button.getAttribute('onclick')).to.equal('see(getSpan())');
      expect(getCurrentSpan()).to.equal(undefined);
    });

    it('keeps this, event, the scope of form and document, and what it returns', () => {
      const form = make(
        '<form onsubmit="return false" data-name="f"><input name="city" value="Graz"><button type="button" onclick="see(this === document.querySelector(\'form button\'), event.type, city.value, title, arguments.length, event === arguments[0])">Go</button><a href="#gone" onclick="see(); return false">Link</a></form>',
      ) as HTMLFormElement;
      const [button, link] = [form.querySelector('button'), form.querySelector('a')];
      button?.click();
      expect(realm['seen']).to.deep.equal([true, 'click', 'Graz', '', 1, true]);
      link?.click();
      expect(location.hash).not.to.equal('#gone');
      expect(form.dispatchEvent(new Event('submit', { cancelable: true }))).to.equal(false);
    });

    it('runs in its place among the other listeners, on the way up', () => {
      const outer = make('<p onclick="see(\'outer\')"><b onclick="see(\'inline\')">x</b></p>');
      const inner = outer.firstElementChild as HTMLElement;
      const note = (text: string) => () => (realm['seen'] as unknown[]).push(text);
      inner.addEventListener('click', note('listener'));
      inner.addEventListener('click', note('capture'), true);
      outer.addEventListener('click', note('outer capture'), true);
      outer.addEventListener('click', note('outer listener'));
      inner.click();
      expect(realm['seen']).to.deep.equal([
        'outer capture',
        'capture',
        'inline',
        'listener',
        'outer',
        'outer listener',
      ]);
      expect(roots()).to.have.length(1);
      expect(work()).to.deep.equal(['click "x" > onclick', 'click "x" > onclick']);
    });

    it('is the identical function afterwards, also where something stopped the event', async () => {
      const button = make('<button onclick="see(1)">Stop</button>');
      const stop = (event: Event) => event.stopPropagation();
      host.addEventListener('click', stop, true);
      button.click();
      host.removeEventListener('click', stop, true);
      await macrotask(5);
      expect(realm['seen']).to.deep.equal([]);
      button.click();
      expect(realm['seen']).to.deep.equal([1]);
      const { onclick } = button; // Zone.js takes the attribute for its own property here
      expect(String(onclick)).to.contain('see(1)');
      expect(button.onclick).to.equal(onclick);
      button.click();
      expect(realm['seen']).to.deep.equal([1, 1]);
    });

    it('may be changed, set again and taken away by the page', () => {
      const button = make('<button onclick="see(1)">x</button>');
      button.click();
      button.setAttribute('onclick', 'see(2)');
      button.click();
      button.setAttribute('onclick', 'this.removeAttribute("onclick"); see(3)');
      button.click();
      button.click();
      expect(realm['seen']).to.deep.equal([1, 2, 3]);
      expect(work()).to.have.length(3);
    });

    it('throws as without us, and the error is recorded', () => {
      const errors: unknown[] = [];
      const { onerror } = window;
      window.onerror = (message) => {
        errors.push(message);
        return true;
      };
      make('<button onclick="throw new RangeError(\'inline\')">x</button>').click();
      window.onerror = onerror;
      expect(errors).to.have.length(1);
      expect(String(errors[0])).to.contain('inline');
      expect(collector.named('onclick').events[0]?.attributes['exception.type']).to.equal('RangeError');
    });

    it('keeps the span across what it awaits', async () => {
      const button = make(
        '<button onclick="(async () => { await new Promise((resolve) => setTimeout(resolve, 2)); see() })()">x</button>',
      );
      button.click();
      await until(() => work().length > 0);
      expect(work()).to.deep.equal(['click "x" > onclick']);
    });

    it('works in SVG too', () => {
      const svg = make('<svg><circle r="5" onclick="see()"></circle></svg>');
      svg.firstElementChild?.dispatchEvent(new MouseEvent('click', { bubbles: true }));
      expect(work()).to.deep.equal(['click circle > onclick']);
    });

    it('leaves nothing where it does nothing', async () => {
      const button = make('<button ondblclick="seen.push(2)">x</button>');
      const goOn = stopClock();
      button.dispatchEvent(new MouseEvent('dblclick', { bubbles: true }));
      goOn();
      await macrotask(20);
      expect(collector.started).to.have.length(0);
      expect(realm['seen']).to.include(2);
    });

    it("runs in the dispatcher's span when a script dispatches inside one", () => {
      const button = make('<button onclick="see()">x</button>');
      withSpan('outer', () => button.click());
      expect(collector.named('work').parent?.name).to.equal('outer');
    });
  });

  it('with handleEvent, once, capture, passive or a signal runs in the span, as often as it should', () => {
    const button = make('<button>Buy</button>');
    const controller = new AbortController();
    const calls: string[] = [];
    const note = (name: string) => (event: Event) => {
      event.preventDefault();
      calls.push(`${name} ${event.eventPhase} ${event.defaultPrevented}`);
      withSpan('work', () => {});
    };
    const object = {
      calls: 0,
      handleEvent() {
        this.calls++;
        withSpan('work', () => {});
      },
    };
    button.addEventListener('click', object);
    button.addEventListener('click', note('passive'), { passive: true });
    button.addEventListener('click', note('once'), { once: true });
    host.addEventListener('click', note('capture'), { capture: true });
    button.addEventListener('click', note('signal'), { signal: controller.signal });
    button.click();
    expect(work()).to.have.length(5);
    expect(new Set(work().map((name) => name.split(' > ')[0]))).to.deep.equal(new Set(['click "Buy"']));
    controller.abort();
    button.click();
    expect(calls).to.deep.equal([
      'capture 1 true',
      'passive 2 true',
      'once 2 true',
      'signal 2 true',
      'capture 1 true',
      'passive 2 true',
    ]);
    expect(object.calls).to.equal(2);
    expect(roots()).to.have.length(2);
  });

  it('added before tracing started is seen', async () => {
    await tracing.stop();
    const button = make('<button>Old</button>');
    button.addEventListener('click', () => withSpan('work', () => {}));
    tracing = startTracing({ processors: [collector], panel: false, instrument: only('interaction') });
    button.click();
    expect(work()).to.deep.equal(['click "Old" > listener']);
  });

  it('delegated to the root by a framework, registered in a span or not, belongs to the event', async () => {
    withSpan('mount', () => {
      host.addEventListener('click', function dispatchDelegated(event) {
        if ((event.target as Element).closest('[data-action]')) withSpan('work', () => {});
      });
    });
    const list = make('<ul><li><button data-action="buy">Buy</button></li></ul>');
    list.querySelector('button')?.click();
    list.querySelector('button')?.click();
    expect(work()).to.deep.equal([
      'click "Buy" > listener dispatchDelegated',
      'click "Buy" > listener dispatchDelegated',
    ]);
    expect(roots().map(({ name }) => name)).to.deep.equal(['mount', 'click "Buy"', 'click "Buy"']);
  });

  it('in or around a shadow tree belongs to one event, named by the innermost element', () => {
    const element = make('<section></section>');
    const shadow = element.attachShadow({ mode: 'open' });
    shadow.innerHTML = '<button onclick="see()"><i>In the shadow</i></button>';
    shadow.addEventListener('click', () => withSpan('work', () => {}));
    host.addEventListener('click', () => withSpan('work', () => {}), { once: true });
    shadow.querySelector('button')?.click();
    expect(roots().map(({ name }) => name)).to.deep.equal(['click "In the shadow"']);
    expect(work()).to.deep.equal([
      'click "In the shadow" > onclick',
      'click "In the shadow" > listener',
      'click "In the shadow" > listener',
    ]);
  });

  it("that dispatches another event has that one's listeners below it", () => {
    const button = make('<button>Outer</button>');
    const other = document.createElement('button');
    host.append(other);
    other.setAttribute('onclick', 'see()');
    other.addEventListener('click', () => withSpan('work', () => {}));
    button.addEventListener('click', function relay() {
      other.click();
      withSpan('after', () => {});
    });
    button.click();
    expect(roots()).to.have.length(1);
    expect(work()).to.deep.equal(['click "Outer" > listener relay', 'click "Outer" > listener relay']);
    expect(collector.named('after').parent?.name).to.equal('listener relay');
  });

  it('names the event by data-trace-name, accessible name, test id, id, then a selector, and masks', () => {
    const named = (html: string, selector = '*'): string => {
      collector.started.length = 0;
      make(`<span onclick="see()">${html}</span>`);
      const target = host.querySelector(`span ${selector}`) as HTMLElement;
      target.dispatchEvent(new MouseEvent('click', { bubbles: true }));
      return roots()[0]?.name ?? '';
    };
    const all = '<button data-trace-name="checkout" aria-label="Pay" data-testid="pay" id="b" class="c">Text</button>';
    expect(named(all)).to.equal('click "checkout"');
    expect(named(all.replace('data-trace-name="checkout"', ''))).to.equal('click "Pay"');
    expect(named('<button aria-labelledby="l1 l2"></button><i id="l1">Pay</i> <i id="l2">now</i>', 'button')).to.equal(
      'click "Pay now"',
    );
    expect(named('<button title="Close"></button>')).to.equal('click "Close"');
    expect(named('<button><img alt="Search"></button>', 'button')).to.equal('click "Search"');
    expect(named('<button data-testid="pay" id="b" class="c"></button>')).to.equal('click [pay]');
    expect(named('<button id="b" class="c"></button>')).to.equal('click #b');
    expect(named('<button class="c d"></button>')).to.equal('click button.c');
    expect(named('<p data-trace-mask><button id="b">Jane Doe</button></p>', 'button')).to.equal('click #b');
    expect(named('<p data-trace-name="row"><button>Jane Doe</button></p>', 'button')).to.equal('click "row"');
    expect(named('<label>Name <input value="Jane Doe" id="n"></label>', 'input')).to.equal('click "Name"');
    const labelled = '<i id="l3">Your name</i><input aria-labelledby="l3" value="Jane Doe" id="n">';
    expect(named(labelled, 'input')).to.equal('click "Your name"');
    expect(named('<textarea id="t">Jane Doe</textarea>')).to.equal('click #t');
    expect(named('<div contenteditable id="e"><b>Jane Doe</b></div>', 'b')).not.to.contain('Jane');
  });
});
