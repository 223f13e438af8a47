import { expect } from 'chai';
import fc from 'fast-check';
import { openFile } from '../../panel/files.js';
import { ChromeEvents } from '../../panel/formats/chrome-events.js';
import { EventReader } from '../../panel/formats/event-reader.js';
import { isObject, type JsonObject, WHOLE } from '../../panel/formats/json.js';
import { SliceParser } from '../../panel/formats/parse-json.js';
import { readBytes } from '../../panel/formats/read-bytes.js';
import { readChrome } from '../../panel/formats/read-chrome.js';
import { readFile } from '../../panel/formats/read-file.js';
import { TraceCollector } from '../../panel/formats/traces.js';
import { SpanStore } from '../../src/store/span-store.js';
import type { ForeignTrace } from '../../src/store/stored-trace.js';
import { collectGarbage } from '../survivors.js';

const MEMBERS = ['ph', 'ts', 'dur', 'pid', 'tid', 'id', 'name', 'cat', 'args'] as const;

const bytesOf = (text: string) => new TextEncoder().encode(text);

/** What is read of an event; of `args` only what an object has. */
function wanted(event: JsonObject): Record<string, unknown> {
  const members: Record<string, unknown> = {};
  for (const key of MEMBERS) {
    const value = event[key];
    const isNothing = key === 'args' && (!isObject(value) || JSON.stringify(value) === '{}');
    if (value !== undefined && !isNothing) members[key] = value;
  }
  return members;
}

/** What one reader takes of a text, from behind its bracket, and what it leaves. */
function readAll(text: string, reader = new EventReader()): { taken: Record<string, unknown>[]; rest: string } {
  const bytes = bytesOf(text);
  const taken: Record<string, unknown>[] = [];
  const next = reader.read(bytes, 1, bytes.length, (events) => taken.push(...events.map(wanted)));
  return { taken, rest: new TextDecoder().decode(bytes.subarray(next)) };
}

/** As programs write them, also badly. */
const number = fc.oneof(
  fc.integer().map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => JSON.stringify(value)),
  fc.tuple(fc.nat(), fc.nat(999_999)).map(([whole, part]) => `${whole}.${part}`),
  fc.constantFrom(
    '0',
    '-0',
    '0.1',
    '-0.50',
    '1e3',
    '12E-2',
    '9007199254740993',
    '1544712660123456.75',
    '123456789012345.6',
  ),
);
const text = fc.oneof(
  fc.string().map((value) => JSON.stringify(value)),
  fc.string({ unit: 'binary' }).map((value) => JSON.stringify(value)),
  fc.constantFrom(
    '"X"',
    '"B"',
    '"a \\"b\\" \\\\"',
    '"\\u0041\\n"',
    '"\uFEFFmark"',
    '"é €"',
    `"${'long '.repeat(20)}"`,
    '"a]}"',
  ),
);
const nested = fc.oneof(
  fc.constant('{}'),
  fc.dictionary(fc.string(), fc.jsonValue()).map((value) => JSON.stringify(value)),
  fc.array(fc.jsonValue()).map((value) => JSON.stringify(value)),
);
const literal = fc.constantFrom('true', 'false', 'null');
const space = fc.constantFrom('', '', ' ', '\n', '\r\n\t');
const member = fc.oneof(
  fc.tuple(fc.constantFrom('"ph"', '"name"', '"cat"', '"id"', '"other"', '"constructor"'), text),
  fc.tuple(fc.constantFrom('"ts"', '"dur"', '"pid"', '"tid"', '"tts"'), number),
  fc.tuple(fc.constantFrom('"args"', '"id2"', '"__proto__"', '"a very long key"'), nested),
  fc.tuple(fc.constantFrom('"args"', '"ts"', '"name"', '"sf"', '""'), fc.oneof(literal, text, number)),
);
const event = fc
  .tuple(fc.array(member, { minLength: 1, maxLength: 8 }), space, space)
  .map(([members, a, b]) => `{${a}${members.map(([key, value]) => `${key}${a}:${b}${value}`).join(`${b},${a}`)}${b}}`);
const events = fc.tuple(fc.array(event, { minLength: 1, maxLength: 6 }), space);

/** What is there of traces, but for the ids, which are made up. */
function shapeOf(traces: readonly ForeignTrace[]): unknown {
  return traces.map((trace) =>
    Array.from({ length: trace.size }, (_, place) => {
      const { name, attributes, events } = trace.recordOf(place);
      const times = [trace.startOf(place), trace.endOf(place)];
      return {
        name,
        attributes: { ...attributes },
        events: events.map(String),
        times,
        parent: trace.parentOf(place),
        service: trace.serviceOf(place),
      };
    }),
  );
}

describe('EventReader', () => {
  it('reads of events what JSON.parse does, however they are written', () => {
    const reader = new EventReader();
    let read = 0;
    fc.assert(
      fc.property(events, ([list, between]) => {
        const whole = list.map((each) => `${between}${each}`);
        const { taken, rest } = readAll(`[${whole.join(',')},${between}{"cut`, reader);
        expect(rest).to.equal([...whole.slice(taken.length), `${between}{"cut`].join(','));
        expect(taken).to.deep.equal(JSON.parse(`[${list.slice(0, taken.length).join(',')}]`).map(wanted));
        read += taken.length;
      }),
      { numRuns: 400 },
    );
    expect(read, 'read at all').to.be.above(500);
  });

  it('reads all of what programs write', () => {
    const list = [
      '{"args":{},"cat":"devtools.timeline","dur":40,"name":"say \\"x\\"","ph":"X","pid":1,"tid":2,"ts":163521977000,"tts":3}',
      '{"ph":"X","pid":1,"tid":2,"ts":-0.125,"dur":1e3,"name":"","args":{"a":[{"b":"]}"}],"c":null}}',
      '{ "ph" : "b", "id" : "0x1", "pid" : 1, "ts" : 1544712660123456.75, "id2":{"local":"0x1"}, "sf": null, "list": [ ] }',
      '{"ph":"i","s":"t","ts":"1100","pid":"main","tid":"worker","args":null}',
    ];
    expect(readAll(`[${list.join(',\n')},`)).to.deep.equal({ taken: JSON.parse(`[${list}]`).map(wanted), rest: '' });
  });

  it('takes those before one that is not whole, which may end anywhere', () => {
    const whole = '{"ph":"X","ts":1,"args":{"a":[1]}},';
    const cut = '{"args":{"b":{"c":"d"},"e":[[]]},"id2":{"local":"x"},"name":"n","ts":12.5}';
    for (let length = 0; length <= cut.length; length++) {
      const { taken, rest } = readAll(`[${whole}${whole}${cut.slice(0, length)}`);
      expect(taken).to.deep.equal([1, 2].map(() => ({ ph: 'X', ts: 1, args: { a: [1] } })));
      expect(rest).to.equal(cut.slice(0, length));
    }
  });

  it('takes nothing that is not JSON, and nothing that is not whole', () => {
    fc.assert(
      fc.property(event, fc.nat(), fc.constantFrom('', ...'"\\{}[]:,.-+0e \u0000\u0001x'), (one, at, letter) => {
        const broken = one.slice(0, at % one.length) + letter + one.slice((at % one.length) + 1);
        // A half of a letter becomes a whole one.
        const all = new TextDecoder().decode(bytesOf(`[${broken},`));
        const { taken, rest } = readAll(all);
        const whole = all.slice(0, all.length - rest.length - 1);
        if (taken.length > 0) expect(taken).to.deep.equal(JSON.parse(`${whole}]`).map(wanted));
        expect(readAll(`[${one}`).taken).to.deep.equal([]);
      }),
      { numRuns: 800 },
    );
    for (const bad of [
      '01',
      '1.',
      '.5',
      '-',
      '+1',
      '1e',
      'nul',
      'NaN',
      '"\u0001"',
      '"\\x"',
      '[1}',
      '{"a":[}]}',
      '{"a" 1}',
    ]) {
      for (const key of ['ts', 'other', 'args', 'name'])
        expect(readAll(`[{"ph":"X","${key}":${bad}},`).taken, `${key} ${bad}`).to.deep.equal([]);
    }
    for (const bad of ['{"ph":"X",}', '{"ph" "X"}', '{"p\u0001":1}', '{"ph":"X"]', '7', '{"ph":"X"}}', '{ph:1}'])
      expect(readAll(`[${bad},`).taken, bad).to.deep.equal([]);
  });
});

describe('a large file', () => {
  it('is handed on whole and in order, wherever its reader stops', () => {
    const sizes = fc.record({ piece: fc.integer({ min: 1, max: 60 }), batch: fc.integer({ min: 1, max: 60 }) });
    fc.assert(
      fc.property(fc.array(fc.nat(1_000_000)), sizes, fc.array(fc.nat(3)), (numbers, { piece, batch }, stops) => {
        const list = numbers.map((n, i) => ({ n, i, more: { list: [n] } }));
        const taken: unknown[] = [];
        let calls = 0;
        const read = (key: string, bytes: Uint8Array, from: number, until: number): number => {
          expect(key).to.equal('traceEvents');
          let next = from;
          for (let most = stops[calls++ % Math.max(1, stops.length)] ?? 0; most > 0 && next < until; most--) {
            const rest = new TextDecoder().decode(bytes.subarray(next));
            const whole = /^\{"n":\d+,"i":\d+,"more":\{"list":\[\d+\]\}\},/.exec(rest)?.[0];
            if (!whole) break;
            taken.push(JSON.parse(whole.slice(0, -1)));
            next += whole.length;
          }
          return next;
        };
        const parser = new SliceParser((_, elements) => taken.push(...elements) >= 0, batch, read);
        const bytes = bytesOf(JSON.stringify({ traceEvents: list, after: 1 }));
        for (let at = 0; at < bytes.length; at += piece) for (const _ of parser.take(bytes.subarray(at, at + piece)));
        const { values, cutOff } = parser.end();
        const [value] = values as { traceEvents: unknown[]; after: number }[];
        expect([values.length, cutOff, value?.after]).to.deep.equal([1, false, 1]);
        // What is shorter than a batch is not handed on.
        expect([...taken, ...(value?.traceEvents ?? [])]).to.deep.equal(list);
        if (taken.length > 0) expect(value?.traceEvents).to.deep.equal([]);
      }),
      { numRuns: 150 },
    );
  });

  it('has a list read from its bytes only where its elements are wanted', () => {
    const parser = new SliceParser(
      () => false,
      16,
      () => {
        throw new Error('nobody wants them');
      },
    );
    const text = JSON.stringify({ spans: Array.from({ length: 50 }, (_, n) => ({ n })) });
    for (const _ of parser.take(bytesOf(text)));
    expect(parser.end().values).to.deep.equal([JSON.parse(text)]);
  });

  it('is read by pieces, as a stream of bytes and where there is none', async () => {
    const part = crypto.getRandomValues(new Uint8Array(65_536));
    const file = new Blob(Array.from({ length: 150 }, () => part));
    const slow = Object.assign(file.slice(), {
      stream: () => {
        throw new TypeError('no stream of bytes');
      },
    });
    for (const each of [file, slow]) {
      let at = 0;
      for await (const bytes of readBytes(each)) {
        // The next piece is on its way into its own memory.
        await new Promise((resolve) => setTimeout(resolve));
        for (let i = 0; i < bytes.length; i += 4093)
          if (bytes[i] !== part[(at + i) % part.length]) throw new Error(`byte ${at + i} is another one`);
        at += bytes.length;
      }
      expect(at).to.equal(file.size);
    }
    for await (const _ of readBytes(new Blob())) throw new Error('there is nothing in it');
  });

  it('is read to its end, also where garbage is collected while its bytes are waited for', async () => {
    const text = 'x'.repeat(3_000_000);
    let reading = 0;
    const read = async () => {
      reading++;
      let size = 0;
      for await (const bytes of readBytes(new Blob([text]))) size += bytes.length;
      reading--;
      return size;
    };
    const sizes = [1, 2, 3, 4].map(read);
    while (reading > 0) await collectGarbage();
    expect(await Promise.all(sizes)).to.deep.equal(sizes.map(() => text.length));
  });

  it('has the spans that its events make one by one', async () => {
    const list: unknown[] = [{ ph: 'M', name: 'process_name', pid: 1, tid: 0, args: { name: 'Renderer' } }];
    for (let i = 0; i < 6000; i++) {
      const at = Math.floor(i / 4) * 50 + (i % 4);
      const [pid, tid] = [1 + (i % 2), i % 12];
      list.push({
        ph: 'X',
        pid,
        tid,
        ts: at,
        dur: 40 - (i % 4),
        name: `name ${i % 7} ü`,
        cat: i % 3 ? 'a,b' : undefined,
        args: i % 5 ? {} : { i, of: [i] },
      });
      if (i % 50 === 0) list.push({ ph: 'I', pid, tid, ts: at + 1, name: 'mark', args: { i } });
      if (i % 90 === 0) list.push({ ph: 'B', pid, tid, ts: at }, { ph: 'E', pid, tid, ts: at + 2, args: { done: i } });
      if (i % 700 === 0)
        list.push({ ph: 'C', name: { odd: true }, pid, ts: at }, { ph: 'X', ts: at, tid: { odd: 1 }, pid });
      list.push({ ph: 'X', ts: at });
    }
    const text = JSON.stringify({ traceEvents: list });
    expect(text.length).to.be.above(5 * 96 * 1024);
    const columns = new ChromeEvents();
    for (const each of JSON.parse(text).traceEvents) columns.add(each, WHOLE);
    const wantedTraces = [...readChrome(columns, new TraceCollector(), 1e12)];
    const before = Date.now();
    Date.now = () => 1e12;
    try {
      const { traces, spans } = await readFile(new Blob([text]));
      expect(spans).to.equal(12_000 + 9 + Math.ceil(6000 / 90));
      expect(shapeOf(traces)).to.deep.equal(shapeOf(wantedTraces));
    } finally {
      Date.now = () => before;
    }
  });

  it('names the place of what is wrong far behind its beginning', async () => {
    const good = Array.from({ length: 5000 }, (_, i) => `{"ph":"X","pid":1,"tid":1,"ts":${i},"dur":1,"name":"n"}`);
    const said = async (bad: string) => {
      try {
        await readFile(new Blob([`[${[...good, bad, ...good].join(',')}]`]));
      } catch (error) {
        return (error as Error).message;
      }
      return 'it was read';
    };
    expect(await said('{"ph":"X"}')).to.equal('[5000].ts: a time is missing');
    expect(await said('{"ph":"X","ts":true}')).to.equal('[5000].ts: a time is expected here, not true');
    expect(await said('7')).to.equal('[5000]: an object is expected here');
    expect(await said('{"ph":"X","ts":01}')).to.include('this is not JSON, behind byte ');
    expect(await said('{"ph":"X","ts":1,"args":{"a":[1}}')).to.include('this is not JSON');
  });

  it('is in the store before anybody is told of it', async () => {
    const threads = Array.from({ length: 30 }, (_, i) => ({
      ph: 'X',
      pid: 1,
      tid: i,
      ts: i,
      dur: 1,
      name: `thread ${i}`,
    }));
    const store = new SpanStore();
    const told: number[] = [];
    store.subscribe(() => told.push(store.size));
    await openFile(store, new File([JSON.stringify(threads)], 'f.json'));
    expect(told).to.deep.equal([30]);
    expect(store.traces.map(({ settled, live }) => settled && live === 0)).to.deep.equal(threads.map(() => true));
  });
});
