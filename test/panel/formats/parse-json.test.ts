import { expect } from 'chai';
import fc from 'fast-check';
import { FileError } from '../../../panel/formats/json.js';
import { type ParsedFile, SliceParser, SPANS_OF_GROUP, type TakeSpans } from '../../../panel/formats/parse-json.js';

/** Parses bytes that come in pieces of a length, lists in batches of as many bytes. */
function parse(text: string, { piece = 7, batch = 16, takeSpans = () => false as boolean } = {}): ParsedFile {
  const bytes = new TextEncoder().encode(text);
  const parser = new SliceParser(takeSpans, batch);
  for (let at = 0; at < bytes.length; at += piece) for (const _ of parser.take(bytes.subarray(at, at + piece)));
  return parser.end();
}

const containers = fc.oneof(fc.array(fc.jsonValue()), fc.dictionary(fc.string(), fc.jsonValue()));
const sizes = fc.record({ piece: fc.integer({ min: 1, max: 40 }), batch: fc.integer({ min: 1, max: 60 }) });

describe('parseJson', () => {
  it('answers what JSON.parse does, however the bytes come and the lists are cut', () => {
    fc.assert(
      fc.property(containers, sizes, fc.constantFrom(undefined, 2), (value, size, indent) => {
        const text = JSON.stringify(value, null, indent);
        expect(parse(text, size)).to.deep.equal({ values: [JSON.parse(text)], lines: [1], cutOff: false });
      }),
      { numRuns: 300 },
    );
  });

  it('answers each line of a file of lines, and where it stands', () => {
    fc.assert(
      fc.property(fc.array(containers, { minLength: 1, maxLength: 4 }), sizes, (values, size) => {
        const { values: parsed, lines } = parse(
          `\uFEFF${values.map((each) => JSON.stringify(each)).join('\r\n')}\n`,
          size,
        );
        expect(parsed).to.deep.equal(JSON.parse(JSON.stringify(values)));
        expect(lines).to.deep.equal(values.map((_, i) => i + 1));
      }),
    );
  });

  it('keeps the whole spans of a file that ends in the middle, wherever it does', () => {
    const spans = Array.from({ length: 5 }, (_, i) => ({ n: i, s: 'a "b" \\', of: [{ deep: [i] }] }));
    const whole = { resourceSpans: [{ scopeSpans: [{ spans: spans.slice(0, 2) }, { spans: spans.slice(2) }] }] };
    const text = JSON.stringify(whole);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: text.length - 1 }), sizes, (length, size) => {
        const { values, cutOff } = parse(text.slice(0, length), size);
        expect(cutOff).to.equal(true);
        const [value] = values as (typeof whole)[];
        const kept =
          value?.resourceSpans?.flatMap(({ scopeSpans }) => (scopeSpans ?? []).flatMap((each) => each.spans ?? [])) ??
          [];
        const ends = spans.map((span) => text.indexOf(JSON.stringify(span)) + JSON.stringify(span).length);
        expect(kept).to.deep.equal(spans.filter((_, i) => (ends[i] as number) <= length));
      }),
    );
  });

  it('tells where the text of each span of OTLP lies, in lists of any length', () => {
    const spans = Array.from({ length: 40 }, (_, n) => ({ n, s: 'é "}],', list: [{ n }] }));
    const lists = [spans.slice(0, 1), spans.slice(1, 30), [], spans.slice(30)];
    const text = JSON.stringify({ resourceSpans: lists.map((each) => ({ scopeSpans: [{ spans: each }] })) }, null, 1);
    for (const batch of [100, 400, 10_000]) {
      const told: unknown[] = [];
      const take: TakeSpans = (key, elements, _list, texts) => {
        if (key !== SPANS_OF_GROUP) return false;
        for (const [i, element] of elements.entries()) {
          const own = texts?.bytes.subarray(texts.ends[i * 2], texts.ends[i * 2 + 1]);
          expect(JSON.parse(new TextDecoder().decode(own))).to.deep.equal(element);
          told.push(element);
        }
        return true;
      };
      const parser = new SliceParser(take, batch);
      for (const _ of parser.take(new TextEncoder().encode(text)));
      parser.end();
      expect(told).to.deep.equal(spans);
    }
  });

  it('leaves out a span that ends in the middle behind a long list of its own', () => {
    const text = '{"spans":[{"n":1},{"n":2,"list":[1,2,3,4,5,6,7,8,9],"more":[10,11,12,13,14,15,16],"last":3}]}';
    for (let length = text.indexOf('{"n":2'); length < text.length - 4; length++) {
      for (const batch of [1, 8, 30])
        expect(parse(text.slice(0, length), { batch }).values, text.slice(0, length)).to.deep.equal([
          { spans: [{ n: 1 }] },
        ]);
    }
  });

  it('does not call it cut off where only the last bracket of a list is missing, as Chrome leaves it', () => {
    for (const text of ['[{"ph":"X"},{"ph":"B"}', '[{"ph":"X"},{"ph":"B"},\n']) {
      expect(parse(text)).to.deep.equal({ values: [[{ ph: 'X' }, { ph: 'B' }]], lines: [1], cutOff: false });
    }
    expect(parse('[{"ph":"X"},{"ph":').cutOff).to.equal(true);
  });

  it('hands the elements of long lists of spans on, each once and in order, and keeps nothing of them', () => {
    const events = Array.from({ length: 50 }, (_, i) => ({ n: i, list: [1, 2, 3] }));
    const taken: unknown[] = [];
    const { values } = parse(JSON.stringify({ other: [1, 2, 3, 4, 5, 6, 7, 8, 9], traceEvents: events }), {
      takeSpans: (key: string, elements: readonly unknown[]) => {
        expect(key).to.equal('traceEvents');
        taken.push(...elements);
        return true;
      },
    } as never);
    expect(taken).to.deep.equal(events);
    expect(values).to.deep.equal([{ other: [1, 2, 3, 4, 5, 6, 7, 8, 9], traceEvents: [] }]);
  });

  /** The lists that a parser hands on, by their key and what of them is handed on at once, from bytes that come together. */
  const handedOn = (value: unknown, batch: number): [key: string, texts: string[]][] => {
    const calls: [string, string[]][] = [];
    const parser = new SliceParser((key, elements) => {
      calls.push([key, elements.map((each) => JSON.stringify(each))]);
      return true;
    }, batch);
    for (const _ of parser.take(new TextEncoder().encode(JSON.stringify(value))));
    parser.end();
    return calls;
  };

  it('hands on as much at once as a batch has, and little more', () => {
    const traceEvents = Array.from({ length: 90 }, (_, i) => ({ n: 10 + i }));
    const [first = 0, ...lengths] = handedOn({ traceEvents }, 100).map(([, texts]) => texts.join().length);
    expect(first, 'with what stands before it').to.be.within(80, 109);
    for (const length of lengths.slice(0, -1)) expect(length).to.be.within(100, 109);
    expect(lengths).to.have.length(7);
  });

  it('hands on elements with long lists of their own as they come', () => {
    const list = Array.from({ length: 20 }, (_, i) => 10 + i);
    const calls = handedOn({ traceEvents: Array.from({ length: 30 }, (_, n) => ({ list, n })) }, 30);
    expect(calls.every(([key, texts]) => key === 'traceEvents' && texts.length === 1)).to.equal(true);
    expect(calls).to.have.length(30);
  });

  it('takes no list out of an element that ends before a batch does', () => {
    const traceEvents = Array.from({ length: 40 }, () => ({ spans: [1, 2, 3, 4, 5] }));
    for (const batch of [60, 71, 100]) {
      const keys = handedOn({ traceEvents }, batch).map(([key]) => key);
      expect(keys.length, 'batches').to.be.above(5);
      expect(new Set(keys), String(batch)).to.deep.equal(new Set(['traceEvents']));
    }
  });

  it('has the spans of a group read from the bytes as soon as their list begins, a batch at once', () => {
    const spans = Array.from({ length: 100 }, (_, i) => ({ n: 10 + i }));
    const text = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: spans.slice(0, 2) }, { spans }] }] });
    const begins: string[] = [];
    const parser = new SliceParser(
      () => true,
      64,
      (key, bytes, from, until) => {
        expect(key).to.equal(SPANS_OF_GROUP);
        expect(until - from).to.be.at.most(64);
        begins.push(new TextDecoder().decode(bytes.subarray(from - 1, from + 8)));
        const list = bytes.subarray(0, until);
        const close = list.indexOf(']'.charCodeAt(0), from);
        const end = list.lastIndexOf(','.charCodeAt(0), close < 0 ? until : close);
        return Math.max(from, end + 1);
      },
    );
    for (const _ of parser.take(new TextEncoder().encode(text)));
    parser.end();
    expect(begins.filter((begin) => begin === '[{"n":10}')).to.have.length(2);
  });

  it('says of anything else that it is not JSON', () => {
    for (const text of ['<html>', '7', '{"a":]}', '[1}', '{"a" 1}', '[01]', ']', '{"a":"\u0000"}']) {
      expect(() => parse(text), text).to.throw(FileError, 'this is not JSON');
    }
    expect(() => parse('{}\n{"a" 1}')).to.throw(FileError, 'line 2: this is not JSON');
  });
});
