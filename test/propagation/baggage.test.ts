import { expect } from 'chai';
import * as fc from 'fast-check';
import { getBaggage, withBaggage } from '../../src/index.js';
import { checkBaggage, parseBaggage } from '../../src/propagation/baggage.js';
import { collectWarnings, macrotask } from '../collect.js';

const parsed = (header: string) =>
  [...parseBaggage(header).entries].map(([key, entry]) => [key, ...Object.values(entry)]);

describe('the baggage header', () => {
  const token = fc.string({ unit: fc.constantFrom(..."!#$%&'*+.^_`|~09AZaz-"), minLength: 1, maxLength: 12 });
  const value = fc.string({ unit: 'grapheme', maxLength: 20 });
  const metadata = fc.option(fc.constantFrom('ttl=5', 'internal', 'a=b;c', 'p=%20'), { nil: undefined });
  const entries = fc.uniqueArray(fc.tuple(token, value, metadata), { selector: ([key]) => key, maxLength: 20 });

  it('reads back what it writes: any text, with its properties', () => {
    fc.assert(
      fc.property(entries, (given) => {
        const bag = given.map(
          ([key, text, extra]) => [key, extra ? { value: text, metadata: extra } : { value: text }] as const,
        );
        const { header, dropped } = checkBaggage(bag);
        expect(dropped).to.equal(0);
        expect(header).to.match(/^[!-~]*$/);
        expect([...parseBaggage(header).entries]).to.deep.equal(bag.map(([key, entry]) => [key, entry]));
      }),
    );
  });

  it('reads back a value that looks as if it were encoded', () => {
    const { header } = checkBaggage([['a', { value: '100%41%' }]]);
    expect(header).to.equal('a=100%2541%25');
    expect(parseBaggage(header).entries.get('a')?.value).to.equal('100%41%');
  });

  it('answers to any text', () => {
    const odd = fc.string({ unit: fc.constantFrom(...'a=;,% \t"\\é%F0'), maxLength: 60 });
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), odd), (header) => {
        const { header: written, entries: read } = parseBaggage(header);
        expect([...parseBaggage(written).entries]).to.deep.equal([...read]);
      }),
    );
  });

  const cases: [string, unknown[][], number][] = [
    ['', [], 0],
    ['a=1', [['a', '1']], 0],
    [
      ' a = 1 , b\t=\t2 ',
      [
        ['a', '1'],
        ['b', '2'],
      ],
      0,
    ],
    [
      'a=1,,b=2,',
      [
        ['a', '1'],
        ['b', '2'],
      ],
      0,
    ],
    ['a=', [['a', '']], 0],
    ['a=b=c', [['a', 'b=c']], 0],
    ['user=Am%C3%A9lie%20P', [['user', 'Amélie P']], 0],
    ['a=%2C%3B%25', [['a', ',;%']], 0],
    ['a=%ff-%C3', [['a', '\ufffd-\ufffd']], 0],
    ['a=%EF%BB%BFx', [['a', '\ufeffx']], 0],
    ['a=100%', [['a', '100%']], 0],
    ['a%20b=1', [['a%20b', '1']], 0],
    ['a=1;ttl=5 ; internal', [['a', '1', 'ttl=5;internal']], 0],
    ['a=1,a=2', [['a', '2']], 0],
    [
      'a=1,b=2,a=3',
      [
        ['b', '2'],
        ['a', '3'],
      ],
      0,
    ],
    [
      'a=1,b,c=3',
      [
        ['a', '1'],
        ['c', '3'],
      ],
      1,
    ],
    ['a b=1,=2,c=x y,d="q",e=\\,f=1', [['f', '1']], 5],
    ['a=é,b=1', [['b', '1']], 1],
    ['a=1;é,b=1', [['b', '1']], 1],
  ];
  for (const [header, expected, dropped] of cases) {
    it(`holds ${JSON.stringify(expected)} in ${JSON.stringify(header)}, and ${dropped} bad`, () => {
      expect(parsed(header)).to.deep.equal(expected);
      expect(parseBaggage(header).dropped).to.equal(dropped);
    });
  }

  it('passes 64 members and 8,192 bytes, and counts what is beyond', () => {
    const members = (count: number) => Array.from({ length: count }, (_, at) => `key${at}=${at}`).join();
    expect(parseBaggage(members(64))).to.deep.include({ header: members(64), dropped: 0 });
    expect(parseBaggage(members(70))).to.deep.include({ header: members(64), dropped: 6 });
    const full = `a=${'x'.repeat(8000)},b=${'/'.repeat(8192 - 8005)}`;
    expect(full).to.have.length(8192);
    expect(parseBaggage(full)).to.deep.include({ header: full, dropped: 0 });
    expect(parseBaggage(`${full}/,c=1`)).to.deep.include({ header: `a=${'x'.repeat(8000)},c=1`, dropped: 1 });
  });
});

describe('withBaggage', () => {
  const values = () => Object.fromEntries([...getBaggage()].map(([key, entry]) => [key, entry.value]));

  it('adds to the baggage of what it calls, across await, and of nothing else', async () => {
    expect(values()).to.deep.equal({});
    const result = {};
    const done = withBaggage({ plan: 'gold' }, async () => {
      await macrotask();
      expect(values()).to.deep.equal({ plan: 'gold' });
      withBaggage({ plan: 'tin', cart: { value: '5', metadata: 'ttl=1' } }, () => {
        expect(values()).to.deep.equal({ plan: 'tin', cart: '5' });
        expect(getBaggage().get('cart')?.metadata).to.equal('ttl=1');
        withBaggage(new Map([['x', { value: 'y' }]]), () =>
          expect(values()).to.deep.equal({ plan: 'tin', cart: '5', x: 'y' }),
        );
        withBaggage({ plan: undefined }, () => expect(values()).to.deep.equal({ cart: '5' }));
      });
      await undefined;
      expect(values()).to.deep.equal({ plan: 'gold' });
      return result;
    });
    expect(values()).to.deep.equal({});
    expect(await done).to.equal(result);
  });

  it('leaves out what cannot travel and says so, and lets errors through', async () => {
    const error = new Error('on purpose');
    const thrower = () => {
      throw error;
    };
    const said = await collectWarnings(() => {
      withBaggage({ 'two words': '1', fine: '2', odd: '\ud800' }, () =>
        expect(values()).to.deep.equal({ fine: '2', odd: '\ud800' }),
      );
      withBaggage(null as unknown as Record<string, string>, () => expect(values()).to.deep.equal({}));
      expect(() => withBaggage({ a: '1' }, thrower)).to.throw(error);
    });
    expect(said.join()).to.match(/withBaggage left 1 entries out/);
  });
});
