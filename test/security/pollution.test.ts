import { expect } from 'chai';
import { openFile } from '../../panel/files.js';
import { writeChrome } from '../../panel/formats/write-chrome.js';
import { writeOtlp } from '../../panel/formats/write-otlp.js';
import { encodeOtlp } from '../../src/exporters/otlp-encode.js';
import {
  ConsoleExporter,
  extract,
  getBaggage,
  inject,
  setUser,
  startTracing,
  type TracingOptions,
  toChromeTrace,
  withBaggage,
  withSpan,
} from '../../src/index.js';
import { SpanStore } from '../../src/store/span-store.js';
import { collectWarnings } from '../collect.js';
import { addTrace, drawn, openPanel } from '../panel/records.js';

const KEYS = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', '__defineGetter__', 'valueOf'];

/** Everything that can be reached of the built-in prototypes, by name and identity. */
function prototypes(): string {
  const holders = [Object, Array, Function, String, Map, Set, Promise].map((each) => each.prototype as object);
  return holders
    .map((holder) =>
      Reflect.ownKeys(holder)
        .map((key) => `${String(key)}:${typeof Object.getOwnPropertyDescriptor(holder, key)?.value}`)
        .join(),
    )
    .join('\n');
}

const POISON = '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"prototype":{"polluted":1}}';

describe('security: prototypes', () => {
  let before: string;
  beforeEach(() => {
    before = prototypes();
  });
  afterEach(() => {
    expect(prototypes()).to.equal(before);
    expect(({} as Record<string, unknown>)['polluted']).to.equal(undefined);
    expect(([] as unknown as Record<string, unknown>)['polluted']).to.equal(undefined);
  });

  it('are not changed by the keys of attributes, which come out as they went in', async () => {
    const tracing = startTracing({ instrument: false, panel: false });
    for (const key of KEYS) {
      const given = JSON.parse(`{"${key}":{"polluted":1},"${key}.x":1}`) as Record<string, unknown>;
      const list = JSON.parse(`{"${key}":["polluted"]}`) as Record<string, unknown>;
      const span = withSpan(key, { attributes: list }, (each) => {
        each.setAttributes(given).setAttribute(key, ['polluted']).addEvent(key, given);
        each.addLink({ traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1, isRemote: false }, given);
        each.recordException(new Error('x'), given);
        return each;
      });
      expect(Object.hasOwn(span.attributes, key), key).to.equal(true);
      expect(Object.getPrototypeOf(span.attributes)).to.equal(Object.prototype);
      const encoded = JSON.parse(encodeOtlp([span], {}));
      const keys = encoded.resourceSpans[0].scopeSpans[0].spans[0].attributes.map((pair: { key: string }) => pair.key);
      expect(keys).to.include(key);
      toChromeTrace(span.trace);
      new ConsoleExporter({ console: { groupCollapsed() {}, log() {}, groupEnd() {} } }).export([span]);
    }
    await tracing.stop();
  });

  it('are not changed by headers and baggage of others', () => {
    for (const key of KEYS) {
      const { baggage, parent } = extract({
        traceparent: `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`,
        tracestate: `${key.toLowerCase().replace(/_/g, 'a')}=x`,
        baggage: `${key}=polluted,${key}=again;${key}=1`,
      });
      expect(parent?.traceId).to.equal('1'.repeat(32));
      expect(baggage.get(key)?.value).to.equal('again');
      withBaggage(JSON.parse(`{"${key}":"polluted"}`), () => {
        expect(getBaggage().get(key)?.value).to.equal('polluted');
        inject({});
        inject(JSON.parse(POISON));
      });
    }
    for (const carrier of [JSON.parse(POISON), [['__proto__', 'x']], new Map([['__proto__', 'x']])]) extract(carrier);
  });

  it('are not changed by options, whatever they were parsed from', async () => {
    const poison = JSON.parse(POISON);
    const all = JSON.parse(
      `{"__proto__":{"polluted":1},"service":{"name":"x","__proto__":{"polluted":1},"attributes":${POISON}},` +
        `"instrument":${POISON},"limits":${POISON},"tail":${POISON},"panel":false}`,
    );
    for (const options of [poison, all, Object.create(poison)]) {
      await collectWarnings(async () => {
        const tracing = startTracing({ panel: false, ...options } as TracingOptions);
        setUser(JSON.parse('{"id":"u","__proto__":{"polluted":1},"constructor":"x"}'));
        withSpan('work', poison, () => {});
        await tracing.stop();
        setUser();
      });
    }
  });

  it('are not changed by files of any format', async () => {
    const id = '1234567890abcdef';
    const pairs = KEYS.map((key) => ({
      key,
      value: {
        kvlistValue: {
          values: [
            { key: '__proto__', value: { kvlistValue: { values: [{ key: 'polluted', value: { intValue: 1 } }] } } },
          ],
        },
      },
    }));
    const at = 1_700_000_000_000_000;
    const files = [
      POISON,
      `[${POISON}]`,
      `{"data":[${POISON}]}`,
      `{"resourceSpans":[{"__proto__":{"polluted":1},"resource":{"attributes":${JSON.stringify(pairs)}},"scopeSpans":[{"spans":[{"traceId":"${id}${id}","spanId":"${id}","name":"__proto__","startTimeUnixNano":"${at}000","attributes":${JSON.stringify(pairs)},"__proto__":{"polluted":1}}]}]}]}`,
      `[{"traceId":"${id}","id":"${id}","name":"x","timestamp":${at},"tags":${POISON},"localEndpoint":{"serviceName":"__proto__"}}]`,
      `{"traceEvents":[{"ph":"X","name":"__proto__","ts":${at},"dur":1,"pid":"__proto__","tid":"constructor","args":${POISON}},{"ph":"B","name":"x","ts":${at},"pid":"__proto__","tid":"__proto__"},{"ph":"E","ts":${at + 1},"pid":"__proto__","tid":"__proto__","args":${POISON}}]}`,
      `{"data":[{"traceID":"${id}","processes":{"__proto__":{"serviceName":"x"},"constructor":{"serviceName":"y"}},"spans":[{"traceID":"${id}","spanID":"${id}","processID":"__proto__","operationName":"x","startTime":${at},"duration":1,"tags":[{"key":"__proto__","type":"string","value":"x"}]}]}]}`,
    ];
    let read = 0;
    for (const file of files) {
      const store = new SpanStore();
      await openFile(store, new File([file], 'x.json')).catch(() => {});
      read += store.size;
      for (const trace of store.traces) {
        for (const row of trace.rows) {
          const attributes = store.record(row)?.attributes ?? {};
          expect(Object.getPrototypeOf(attributes)).to.be.oneOf([null, Object.prototype]);
        }
      }
    }
    expect(read, 'spans that were read').to.be.at.least(4);
  });

  it('are not changed by names and keys that the panel shows and saves, and none of them is lost', async () => {
    const store = new SpanStore();
    for (const key of KEYS) {
      const attributes = Object.fromEntries([[key, 'polluted']]);
      const events = [{ name: key, time: 1_000_010, attributes }];
      const node = { name: key, service: key, attributes, events };
      addTrace(store, { ...node, children: [{ ...node, status: 'ERROR', statusMessage: key }] });
    }
    const { panel, close } = await openPanel(store);
    for (const view of ['traces', 'trace', 'timeline', 'statistics', 'diagnostics']) {
      Object.assign(panel, { view, trace: store.traces[0], row: store.traces[0]?.rows[1] });
      await drawn();
    }
    close();
    const spans = store.traces.flatMap(({ rows }) =>
      rows.flatMap((row) => {
        const record = store.record(row);
        return record ? [{ record, service: store.serviceOf(row) }] : [];
      }),
    );
    expect(spans).to.have.length(2 * KEYS.length);
    for (const text of [writeOtlp(spans), writeChrome(spans, Date.now())]) {
      const again = new SpanStore();
      await openFile(again, new File([text], 'saved.json'));
      const rows = again.traces.flatMap((trace) => trace.rows);
      const read = rows.map((row) => ({ record: again.record(row), service: again.serviceOf(row) }));
      expect(new Set(read.map(({ service }) => service))).to.deep.equal(new Set(KEYS));
      for (const { record } of read) {
        expect(Object.hasOwn(record?.attributes ?? {}, record?.name ?? ''), record?.name).to.equal(true);
      }
    }
  });
});
