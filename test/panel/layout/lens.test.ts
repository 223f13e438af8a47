import { expect } from 'chai';
import fc from 'fast-check';
import { ColourOrder, type ColourPair, PALETTE, THEME } from '../../../panel/layout/colours.js';
import { matchesFilter, parseFilter } from '../../../panel/layout/filter.js';
import { sliceOf } from '../../../panel/layout/slice.js';
import { record } from '../records.js';

describe('the slice of rows', () => {
  it('has every row in sight, and few others', () => {
    fc.assert(
      fc.property(fc.nat(100_000), fc.nat(2_200_000), fc.nat(2000), (total, scrollTop, height) => {
        const { first, last } = sliceOf(total, 22, scrollTop, height);
        expect(first).to.be.within(0, last);
        expect(last).to.be.at.most(total);
        expect(last - first).to.be.at.most(Math.ceil(height / 22) + 10);
        for (let row = Math.ceil(scrollTop / 22); row < Math.min(total, (scrollTop + height) / 22); row++) {
          expect(row).to.be.within(first, last - 1);
        }
      }),
    );
  });
});

describe('the filter', () => {
  const span = record('GET /api/Cart', {
    kind: 'CLIENT',
    status: 'ERROR',
    statusMessage: 'HTTP 502',
    attributes: { 'http.status': 502, tags: ['a', 'b'] },
    events: [{ name: 'exception', time: 0, attributes: { 'exception.type': 'NetworkError' } }],
  });
  const finds = (text: string) => matchesFilter(parseFilter(text) ?? [], span, 'shop');

  it('finds words in names, services, kinds, statuses, attributes, events and ids, whatever their case', () => {
    for (const text of [
      'cart',
      'SHOP',
      'client',
      'error',
      '502',
      'http.status=502',
      'tags=a,b',
      'networkerror',
      span.context.spanId.slice(8),
    ])
      expect(finds(text), text).to.equal(true);
  });

  it('wants every word', () => {
    expect(finds('cart shop')).to.equal(true);
    expect(finds('cart basket')).to.equal(false);
  });

  it('is none without words', () => {
    expect(parseFilter('  ')).to.equal(undefined);
  });

  it('does not ask a span for its ids where no id is meant, as asking makes one', () => {
    const live = { ...span };
    Object.defineProperty(live, 'context', {
      get() {
        throw new Error('asked');
      },
    });
    expect(matchesFilter(['nowhere'], live, '')).to.equal(false);
  });
});

describe('colours', () => {
  const channel = (value: number) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
  const rgb = (hex: string) => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255);
  const luminance = (hex: string) => {
    const [r, g, b] = rgb(hex).map(channel) as [number, number, number];
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  /** https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
  const contrast = (a: string, b: string) => {
    const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
    return (light + 0.05) / (dark + 0.05);
  };

  it('of bars stand out from every ground in both themes, and none is red', () => {
    for (const pair of PALETTE as readonly ColourPair[])
      for (const theme of [0, 1] as const) {
        for (const ground of [THEME.surface, THEME.selected, THEME.hover])
          expect(contrast(pair[theme], ground[theme])).to.be.at.least(3);
        const [r, g, b] = rgb(pair[theme]) as [number, number, number];
        expect(r - Math.max(g, b), pair[theme]).to.be.lessThan(0.3);
      }
  });

  it('of text can be read on every ground in both themes', () => {
    for (const text of [THEME.text, THEME.muted, THEME.accent, THEME.error])
      for (const ground of [THEME.surface, THEME.raised, THEME.hover, THEME.selected])
        for (const theme of [0, 1] as const) expect(contrast(text[theme], ground[theme])).to.be.at.least(4.5);
    for (const theme of [0, 1] as const)
      expect(contrast(THEME.error[theme], THEME['error-ground'][theme])).to.be.at.least(4.5);
  });

  it('are handed out first come first, and kept', () => {
    const order = new ColourOrder<string>();
    expect(['a', 'b', 'a', 'c', 'b'].map((key) => order.placeOf(key))).to.deep.equal([0, 1, 0, 2, 1]);
  });
});
