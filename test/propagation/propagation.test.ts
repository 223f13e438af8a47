import { expect } from 'chai';
import * as fc from 'fast-check';
import { matchesUrl, mayPropagate, type UrlPattern } from '../../src/propagation/targets.js';
import { formatTraceparent, parseTraceparent } from '../../src/propagation/traceparent.js';

const hex = (length: number) =>
  fc
    .string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: length, maxLength: length })
    .filter((id) => /[^0]/.test(id));

describe('traceparent', () => {
  it('reads back what it writes, all flags included', () => {
    fc.assert(
      fc.property(hex(32), hex(16), fc.nat(255), (traceId, spanId, traceFlags) => {
        const context = { traceId, spanId, traceFlags, isRemote: true };
        expect(parseTraceparent(formatTraceparent(context))).to.deep.equal(context);
      }),
    );
  });

  it('answers to any text with a context or nothing', () => {
    fc.assert(fc.property(fc.string(), (text) => parseTraceparent(text) === undefined));
  });

  const trace = '0af7651916cd43dd8448eb211c80319c';
  const span = 'b7ad6b7169203331';
  const cases: [string, string, boolean][] = [
    ['a valid header', `00-${trace}-${span}-01`, true],
    ['white space around it', ` 00-${trace}-${span}-01 `, true],
    ['upper case', `00-${trace.toUpperCase()}-${span}-01`, false],
    ['an all-zero trace id', `00-${'0'.repeat(32)}-${span}-01`, false],
    ['an all-zero parent id', `00-${trace}-${'0'.repeat(16)}-01`, false],
    ['version ff', `ff-${trace}-${span}-01`, false],
    ['version 00 with more behind', `00-${trace}-${span}-01-more`, false],
    ['a later version with more behind', `01-${trace}-${span}-01-more`, true],
    ['a later version with something else behind', `01-${trace}-${span}-01.more`, false],
    ['a later version as long as version 00', `cc-${trace}-${span}-01`, true],
    ['one digit of flags', `00-${trace}-${span}-1`, false],
    ['a short trace id', `00-${trace.slice(1)}-${span}-01`, false],
    ['nothing', '', false],
  ];
  for (const [name, header, valid] of cases) {
    it(`${valid ? 'takes' : 'refuses'} ${name}`, () => {
      expect(parseTraceparent(header) !== undefined).to.equal(valid);
    });
  }
});

describe('who gets a header', () => {
  const rows: [string, UrlPattern[], boolean][] = [
    [`${location.origin}/api`, [], true],
    ['https://other.example/', [], false],
    ['https://api.example/v1', ['https://api.example'], true],
    ['https://api.example/v1', ['https://api.example/'], true],
    ['https://api.example.evil.example/', ['https://api.example'], false],
    ['https://evil.example/?https://api.example', ['https://api.example'], false],
    ['https://user@evil.example/', ['https://user'], false],
    ['http://api.example/', ['https://api.example'], false],
    ['https://api.example:8443/', ['https://api.example'], false],
    ['https://api.example/v1/items', ['https://api.example/v1'], true],
    ['https://api.example/v10', ['https://api.example/v1'], false],
    ['https://api.example/v1', [/^https:\/\/api\./g], true],
    ['https://api.example/v1', [(url) => url.hostname === 'api.example'], true],
    [
      'https://api.example/v1',
      [
        () => {
          throw new Error('no');
        },
      ],
      false,
    ],
    ['https://api.example/v1', ['api.example'], false],
    ['data:text/plain,hi', [/./], false],
  ];
  for (const [url, patterns, expected] of rows) {
    it(`${expected ? 'sends' : 'does not send'} it to ${url} for [${patterns.map(String)}]`, () => {
      expect(mayPropagate(new URL(url), patterns)).to.equal(expected);
      expect(mayPropagate(new URL(url), patterns), 'asked again').to.equal(expected);
    });
  }

  it('matches by origin for ignoreUrls, too', () => {
    expect(matchesUrl(new URL('/health', location.href), ['/health'])).to.equal(true);
    expect(matchesUrl(new URL('/healthy', location.href), ['/health'])).to.equal(false);
  });
});
