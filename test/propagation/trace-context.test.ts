import { expect } from 'chai';
import * as fc from 'fast-check';
import { extract } from '../../src/index.js';
import { changeTracestate, formatTracestate, parseTracestate } from '../../src/propagation/tracestate.js';

const TRACE = '12345678901234567890123456789012';
const SPAN = '1234567890123456';
const VALID = `00-${TRACE}-${SPAN}-00`;

/** What comes of headers that a service received. */
function received(...headers: [string, string][]): { traceId: string | undefined; state: string | undefined } {
  const { parent } = extract(headers);
  return { traceId: parent?.traceId, state: parent?.traceState };
}

const members = (from: number, to: number): string =>
  Array.from({ length: to - from + 1 }, (_, at) => `bar${from + at}=${from + at}`).join();

const LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789_-*/';
const VALUE = Array.from({ length: 0x7e - 0x1f }, (_, at) => String.fromCharCode(0x20 + at))
  .join('')
  .replace(/[,=]/g, '');

describe('the cases of the W3C trace context suite', () => {
  const continues: [string, string, string?][] = [
    ['a traceparent alone', VALID],
    ['its name in mixed case', VALID, 'TrAcEpArEnT'],
    ['its name in upper case', VALID, 'TRACEPARENT'],
    ['a future version', `cc-${TRACE}-${SPAN}-01`],
    ['a future version with more behind', `cc-${TRACE}-${SPAN}-01-what-is-to-come`],
    ['a blank before it', ` ${VALID}`],
    ['a tab before it', `\t${VALID}`],
    ['a blank behind it', `${VALID} `],
    ['a tab behind it', `${VALID}\t`],
    ['tabs and blanks around it', `\t ${VALID} \t`],
  ];
  for (const [name, traceparent, header = 'traceparent'] of continues) {
    it(`the trace goes on: ${name}`, () => {
      expect(received([header, traceparent])).to.deep.equal({ traceId: TRACE, state: undefined });
    });
  }

  /** The `tracestate` headers beside a valid parent, and what goes on of them: all, or what is given, or nothing. */
  const states: [string, string[], string | boolean][] = [
    ['one header', ['foo=1,bar=2'], true],
    ['an empty one', [''], false],
    ['an empty one behind', ['foo=1', ''], 'foo=1'],
    ['an empty one before', ['', 'foo=1'], 'foo=1'],
    ['several, in their order', ['foo=1,bar=2', 'rojo=1,congo=2', 'baz=3'], true],
    ['a key twice', ['foo=1,foo=1'], false],
    ['a key twice with other values', ['foo=1,foo=2'], false],
    ['a key twice in two headers', ['foo=1', 'foo=2'], false],
    ['every character that a key and a value may have', [`${LETTERS}=${VALUE}`], true],
    ['a tenant at a system', [`${LETTERS}@a-z0-9_-*/=${VALUE}`], true],
    ['blanks around members', ['foo=1 \t , \t bar=2, \t baz=3'], 'foo=1,bar=2,baz=3'],
    ['tabs around members', ['foo=1\t \t,\t \tbar=2,\t \tbaz=3'], 'foo=1,bar=2,baz=3'],
    ['blanks around the whole', ['\t foo=1 \t'], 'foo=1'],
    ['a blank in a key', ['foo =1'], false],
    ['a key in upper case', ['FOO=1'], false],
    ['a dot in a key', ['foo.bar=1'], false],
    ['a tenant without a system', ['foo@=1,bar=2'], false],
    ['a system without a tenant', ['@foo=1,bar=2'], false],
    ['two at-signs', ['foo@@bar=1,bar=2'], false],
    ['three parts of a key', ['foo@bar@baz=1,bar=2'], false],
    ['32 members', [members(1, 20), members(21, 32)], true],
    ['33 members', [members(1, 20), members(21, 33)], false],
    ['a key of 256', ['foo=1', `${'z'.repeat(256)}=1`], true],
    ['a key of 257', ['foo=1', `${'z'.repeat(257)}=1`], false],
    ['a tenant of 241 at a system of 14', ['foo=1', `${'t'.repeat(241)}@${'v'.repeat(14)}=1`], true],
    ['a tenant of 242', ['foo=1', `${'t'.repeat(242)}@v=1`], false],
    ['a system of 15', ['foo=1', `t@${'v'.repeat(15)}=1`], false],
    ['an equals sign in a value', ['foo=bar=baz'], false],
    ['an empty value', ['foo=,bar=3'], false],
    ['a value of 256', [`a=${'v'.repeat(256)}`], true],
    ['a value of 257', [`a=${'v'.repeat(257)}`], false],
  ];
  for (const [name, headers, expected] of states) {
    it(`the trace goes on ${expected ? 'with' : 'without'} its state: ${name}`, () => {
      const given = headers.map((header): [string, string] => ['TraceState', header]);
      const state = expected === true ? headers.join() : expected || undefined;
      expect(received(['traceparent', VALID], ...given)).to.deep.equal({ traceId: TRACE, state });
    });
  }

  it('the trace goes on without its state: a state of another name', () => {
    for (const name of ['trace-state', 'trace.state']) {
      expect(received(['traceparent', VALID], [name, 'foo=1']).state).to.equal(undefined);
    }
  });

  const begins: [string, [string, string][]][] = [
    ['nothing', []],
    ['a state alone', [['tracestate', 'foo=1']]],
    [
      'two traceparents',
      [
        ['traceparent', VALID],
        ['traceparent', VALID],
      ],
    ],
    ['another name', [['trace-parent', VALID]]],
    ['another name with a dot', [['trace.parent', VALID]]],
    ...[
      `00-${TRACE}-${SPAN}-01.`,
      `00-${TRACE}-${SPAN}-01-what-is-to-come`,
      `cc-${TRACE}-${SPAN}-01.what-is-to-come`,
      `ff-${TRACE}-${SPAN}-01`,
      `.0-${TRACE}-${SPAN}-01`,
      `0.-${TRACE}-${SPAN}-01`,
      `000-${TRACE}-${SPAN}-01`,
      `0000-${TRACE}-${SPAN}-01`,
      `0-${TRACE}-${SPAN}-01`,
      `00-${'0'.repeat(32)}-${SPAN}-01`,
      `00-.${TRACE.slice(1)}-${SPAN}-01`,
      `00-${TRACE.slice(1)}.-${SPAN}-01`,
      `00-${TRACE}3-${SPAN}-01`,
      `00-${TRACE.slice(1)}-${SPAN}-01`,
      `00-${TRACE}-${'0'.repeat(16)}-01`,
      `00-${TRACE}-.${SPAN.slice(1)}-01`,
      `00-${TRACE}-${SPAN.slice(1)}.-01`,
      `00-${TRACE}-${SPAN}7-01`,
      `00-${TRACE}-${SPAN.slice(1)}-01`,
      `00-${TRACE}-${SPAN}-.0`,
      `00-${TRACE}-${SPAN}-0.`,
      `00-${TRACE}-${SPAN}-001`,
      `00-${TRACE}-${SPAN}-1`,
    ].map((header): [string, [string, string][]] => [
      header,
      [
        ['traceparent', header],
        ['tracestate', 'foo=1'],
      ],
    ]),
  ];
  for (const [name, headers] of begins) {
    it(`a new trace begins, without state: ${name}`, () => {
      expect(received(...headers)).to.deep.equal({ traceId: undefined, state: undefined });
    });
  }
});

describe('tracestate', () => {
  const text = (unit: string, maxLength: number) =>
    fc.string({ unit: fc.constantFrom(...unit), minLength: 1, maxLength });
  const key = fc.oneof(
    text('abcxyz', 1).chain((first) => text(LETTERS, 20).map((rest) => first + rest)),
    fc.tuple(text('abc019', 1), text(LETTERS, 9), text('abc', 5)).map(([a, b, c]) => `${a}${b}@${c}`),
  );
  const member = fc.tuple(
    key,
    text(VALUE, 20).filter((value) => !value.endsWith(' ')),
  );
  const state = fc.uniqueArray(member, { selector: ([name]) => name, maxLength: 10 });

  it('reads back what it writes', () => {
    fc.assert(
      fc.property(state, (given) => {
        expect(parseTracestate(formatTracestate(given))).to.deep.equal(given);
      }),
    );
  });

  it('answers to any text, and what it takes it writes again without a difference', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), text('a=1,@ \tA', 40)), (header) => {
        const parsed = parseTracestate(header);
        if (parsed) expect(parseTracestate(formatTracestate(parsed))).to.deep.equal(parsed);
      }),
    );
  });

  it('moves a changed member to the front, keeps the order of the others, and takes one out', () => {
    expect(changeTracestate('a=1,b=2,c=3', 'b', '9')).to.equal('b=9,a=1,c=3');
    expect(changeTracestate('a=1', 'new@sys', 'x')).to.equal('new@sys=x,a=1');
    expect(changeTracestate('a=1,b=2', 'a', undefined)).to.equal('b=2');
    expect(changeTracestate('a=1', 'A', 'x')).to.equal('a=1');
    expect(changeTracestate('a=1', 'b', 'x,y')).to.equal('a=1');
    const full = members(1, 32);
    expect(changeTracestate(full, 'me', '1').split(','))
      .to.have.length(32)
      .and.to.include.members(['me=1', 'bar31=31']);
  });

  it('passes 512 characters, and beyond them lets long members go first, then the last', () => {
    const first = [`s=${'x'.repeat(124)}`, `t=${'x'.repeat(127)}`, `u=${'x'.repeat(127)}`].join();
    const exactly = `${first},v=${'x'.repeat(512 - first.length - 3)}`;
    expect(exactly).to.have.length(512);
    expect(received(['traceparent', VALID], ['tracestate', exactly]).state).to.equal(exactly);
    const beyond = received(['traceparent', VALID], ['tracestate', `${exactly},w=1`]).state;
    expect(beyond?.replace(/=x+/g, '')).to.equal('s,t,v,w=1');
    const many = Array.from({ length: 32 }, (_, at) => `k${at}=${'x'.repeat(20)}`).join();
    const kept = received(['traceparent', VALID], ['tracestate', many]).state ?? '';
    expect(many.startsWith(kept)).to.equal(true);
    expect(kept.length).to.be.within(480, 512);
  });
});
