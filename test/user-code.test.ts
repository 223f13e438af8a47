import { expect } from 'chai';
import { getCurrentSpan, type Span, startTracing, type Tracing, traced, traceMethods, withSpan } from '../src/index.js';
import { Collector, collectWarnings, macrotask } from './collect.js';

describe('spans of user code', () => {
  let collector: Collector;
  let tracing: Tracing;

  beforeEach(() => {
    collector = new Collector();
    tracing = startTracing({ processors: [collector], panel: false, instrument: false });
  });

  afterEach(() => tracing.stop());

  const names = (): string[] => collector.started.map(({ name }) => name);

  describe('the decorator @traced', () => {
    class Cart {
      items: string[] = [];

      static made = 0;

      @traced('Cart.create')
      static create(): Cart {
        Cart.made++;
        return new Cart();
      }

      @traced('add', { kind: 'CLIENT', attributes: { layer: 'cart' } })
      add(item: string, count = 1): number {
        this.items.push(item);
        return this.items.length * count;
      }

      @traced('load')
      async load(): Promise<Span | undefined> {
        await macrotask(1);
        return getCurrentSpan();
      }

      @traced('fail')
      fail(error: unknown): never {
        throw error;
      }

      @traced('secret')
      #secret(): string {
        return this.items.join();
      }

      reveal(): string {
        return this.#secret();
      }

      @traced('get first')
      get first(): string | undefined {
        return this.items[0];
      }

      @traced('set first')
      set first(item: string) {
        this.items[0] = item;
      }

      @traced('accessor')
      accessor total = 5;

      @traced('arrow')
      arrow = (): number => this.items.length;

      @traced('field')
      field = 7;

      @traced('symbol')
      [Symbol.toPrimitive](): string {
        return 'cart';
      }
    }

    it('makes a span of each call of a method: instance, static, private, by symbol', () => {
      const cart = Cart.create();
      expect(cart.add('tea')).to.equal(1);
      expect(cart.add('pot', 10)).to.equal(20);
      expect(cart.reveal()).to.equal('tea,pot');
      expect(`${cart as unknown as string}`).to.equal('cart');
      expect(names()).to.deep.equal(['Cart.create', 'add', 'add', 'secret', 'symbol']);
      const add = collector.named('add');
      expect([add.kind, add.attributes['layer'], add.status]).to.deep.equal(['CLIENT', 'cart', 'OK']);
    });

    it('is current in an async method, and ends with its promise', async () => {
      const span = await new Cart().load();
      expect(span).to.equal(collector.named('load'));
      expect(span?.duration).to.be.greaterThan(0);
    });

    it('records what a method throws, and throws the same', () => {
      const error = new Error('no');
      expect(() => new Cart().fail(error))
        .to.throw()
        .which.equals(error);
      expect(collector.named('fail').status).to.equal('ERROR');
    });

    it('does getters, setters, accessors and fields that hold a function', () => {
      const cart = new Cart();
      cart.first = 'tea';
      expect(cart.first).to.equal('tea');
      cart.total += 1;
      expect(cart.total).to.equal(6);
      expect(cart.arrow()).to.equal(1);
      expect(cart.field).to.equal(7);
      expect(names()).to.deep.equal(['set first', 'get first', 'accessor', 'accessor', 'accessor', 'arrow']);
    });

    it('keeps name and length of the method, and its place on the prototype', () => {
      const { add } = Cart.prototype;
      expect([add.name, add.length]).to.deep.equal(['add', 1]);
      expect(Object.keys(new Cart()).sort()).to.deep.equal(['arrow', 'field', 'items']);
      expect(Object.getOwnPropertyDescriptor(Cart.prototype, 'add')?.enumerable).to.equal(false);
    });

    it('says what is wrong where it is used otherwise, and changes nothing', async () => {
      const decorate = traced('wrong') as unknown as (...args: unknown[]) => unknown;
      const warnings = await collectWarnings(() => {
        expect(decorate(class {}, { kind: 'class', name: 'A' })).to.equal(undefined);
        expect(decorate({}, 'method', { value() {} })).to.equal(undefined);
      });
      expect(warnings).to.have.length(1);
      expect(warnings[0]).to.match(/^zonetrace: traced\("wrong"\) was not used as a standard decorator/);
    });
  });

  describe('traceMethods', () => {
    class Base {
      inherited(): string {
        return 'base';
      }
    }
    class Shop extends Base {
      static open(): string {
        return 'open';
      }
      static readonly Part = class {};
      count = 0;
      buy(by = 1): number {
        this.count += by;
        return this.count;
      }
      async ship(): Promise<string | undefined> {
        await macrotask(1);
        return getCurrentSpan()?.name;
      }
      get state(): string {
        return 'state';
      }
    }

    const snapshot = (object: object) => JSON.stringify(Object.getOwnPropertyNames(object));

    it('wraps all methods of a prototype, for all instances, and answers its undo', async () => {
      const before = Object.getOwnPropertyDescriptors(Shop.prototype);
      const undo = traceMethods(Shop.prototype);
      const shop = new Shop();
      expect([shop.buy(), shop.buy(2), shop.inherited(), shop.state]).to.deep.equal([1, 3, 'base', 'state']);
      expect(await shop.ship()).to.equal('Shop.ship');
      expect(names()).to.deep.equal(['Shop.buy', 'Shop.buy', 'Shop.inherited', 'Shop.ship']);
      undo();
      expect(Object.getOwnPropertyDescriptors(Shop.prototype)).to.deep.equal(before);
      expect(new Shop().buy()).to.equal(1);
      expect(names()).to.have.length(4);
    });

    it('wraps inherited methods of one instance for that instance only', () => {
      const [one, two] = [new Shop(), new Shop()];
      const before = snapshot(one);
      const undo = traceMethods(one, ['buy', 'inherited']);
      one.buy();
      two.buy();
      one.inherited();
      expect(names()).to.deep.equal(['Shop.buy', 'Shop.inherited']);
      expect(Object.keys(one)).to.deep.equal(['count']);
      undo();
      expect(snapshot(one)).to.equal(before);
      expect(one.buy).to.equal(Shop.prototype.buy);
    });

    it('wraps static methods of a class, and functions of a plain object, but no classes', () => {
      const undoClass = traceMethods(Shop);
      const api = { read: () => 1, Part: class {}, version: '1' };
      const { read, Part } = api;
      const undo = traceMethods(api);
      expect([Shop.open(), api.read(), new api.Part() instanceof Part, new Shop.Part()]).to.have.length(4);
      expect(names()).to.deep.equal(['Shop.open', 'read']);
      undo();
      undoClass();
      expect(api).to.deep.equal({ read, Part, version: '1' });
    });

    it('leaves a method alone that somebody has replaced since', () => {
      const api = { read: () => 1 };
      const undo = traceMethods(api);
      const theirs = () => 2;
      api.read = theirs;
      undo();
      expect(api.read).to.equal(theirs);
    });

    it('says once what it cannot wrap, and wraps the rest', async () => {
      const frozen = Object.freeze({ read: () => 1 });
      const shop = new Shop();
      const warnings = await collectWarnings(() => {
        const undo = traceMethods(shop, ['buy', 'state', 'missing']);
        expect(shop.buy()).to.equal(1);
        undo();
        traceMethods(frozen)();
        traceMethods(undefined as never)();
      });
      expect(frozen.read()).to.equal(1);
      expect(names()).to.deep.equal(['Shop.buy']);
      expect(warnings.map((warning) => warning.split(';')[0])).to.deep.equal([
        'zonetrace: traceMethods left out Shop.state, Shop.missing',
        'zonetrace: traceMethods left out read',
        'zonetrace: traceMethods was given undefined and does nothing',
      ]);
    });

    it('takes a label for what a minifier has renamed', () => {
      traceMethods(Shop.prototype, ['buy'], 'Till')();
      const undo = traceMethods(Shop.prototype, ['buy'], 'Till');
      new Shop().buy();
      undo();
      expect(names()).to.deep.equal(['Till.buy']);
    });

    it('makes children of the current span', () => {
      const api = { read: () => getCurrentSpan()?.parent?.name };
      traceMethods(api);
      expect(withSpan('outer', () => api.read())).to.equal('outer');
    });
  });
});
