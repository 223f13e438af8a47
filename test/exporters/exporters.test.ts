import { expect } from 'chai';
import {
  ConsoleExporter,
  OtlpHttpExporter,
  renderTraceSvg,
  startSpan,
  startTracing,
  type Trace,
  toChromeTrace,
  withSpan,
} from '../../src/index.js';
import { collectWarnings, macrotask, only } from '../collect.js';

/** A trace like a small page's: nested, with an error, a link, an event, and one span that is still open. */
async function makeTrace(): Promise<Trace> {
  const trace = await withSpan('root <&>', async (root) => {
    await withSpan('load', async (span) => {
      span.addEvent('cached', { key: 'a' }).setAttribute('count', 3);
      await macrotask(4);
    });
    await withSpan('save', { links: [{ context: root.context }] }, async () => {
      await macrotask(2);
      throw new RangeError('no room');
    }).catch(() => {});
    return root.trace;
  });
  return trace.settled;
}

describe('ConsoleExporter', () => {
  it('prints a settled trace as an aligned tree in a collapsed group', async () => {
    const lines: string[] = [];
    const output = {
      groupCollapsed: (line: string) => lines.push(`[ ${line}`),
      log: (line: string) => lines.push(line),
      groupEnd: () => lines.push(']'),
    };
    const tracing = startTracing({
      exporters: [new ConsoleExporter({ console: output })],
      instrument: false,
      panel: false,
    });
    await makeTrace();
    await tracing.flush();
    await tracing.stop();
    expect(lines).to.have.length(5);
    expect(lines[0]).to.match(/^\[ root <&> {2}[\d.]+ m?s {2}3 spans, 1 error$/);
    expect(lines[1]).to.match(/^root <&> {2,}[\d.]+ m?s {2}OK$/);
    expect(lines[2]).to.match(/^ {2}load {4,}[\d.]+ m?s {2}OK$/);
    expect(lines[3]).to.match(/^ {2}save {4,}[\d.]+ m?s {2}ERROR {2}no room$/);
    const columns = lines.slice(1, 4).map((line) => line.search(/ m?s {2}/));
    expect(new Set(columns).size).to.equal(1);
    expect(lines[4]).to.equal(']');
  });

  it('keeps the columns within sight of a long name', async () => {
    const lines: string[] = [];
    const output = { groupCollapsed() {}, log: (line: string) => lines.push(line), groupEnd() {} };
    const exporters = [new ConsoleExporter({ console: output })];
    const tracing = startTracing({ exporters, instrument: false, panel: false });
    const trace = withSpan('x'.repeat(500), { root: true }, (root) => {
      withSpan('short', () => {});
      return root.trace;
    });
    await trace.settled;
    await tracing.stop();
    expect(lines[1]?.search(/[\d.]+ [mµ]?s/)).to.be.within(60, 70);
  });
});

describe('renderTraceSvg', () => {
  it('draws one row a span, as a well-formed document with text and no markup of names', async () => {
    const trace = await makeTrace();
    const svg = renderTraceSvg(trace);
    const parsed = new DOMParser().parseFromString(svg, 'image/svg+xml');
    expect(parsed.querySelector('parsererror')).to.equal(null);
    const rows = [...parsed.querySelectorAll('g > g')];
    expect(rows.map((row) => row.querySelector('text')?.textContent)).to.deep.equal(['root <&>', 'load', 'save']);
    const bars = rows.map((row) => row.querySelector('rect') as SVGRectElement);
    expect(bars.map((bar) => bar.getAttribute('fill'))).to.deep.equal(['#4a7dbd', '#4a7dbd', '#c62f2f']);
    expect(svg).not.to.match(/<style|style=/);
    const [root, load, save] = bars.map((bar) => {
      const x = Number(bar.getAttribute('x'));
      return { x, end: x + Number(bar.getAttribute('width')) };
    });
    expect(root && load && save && root.x <= load.x && load.end <= save.x + 0.1 && save.end <= root.end + 1).to.equal(
      true,
    );
    expect(rows[1]?.querySelector('circle title')?.textContent).to.equal('cached');
  });

  it('draws a thousand rows, and says how many more there are', () => {
    const trace = withSpan('root', { root: true }, (root) => {
      for (let i = 0; i < 1004; i++) withSpan('child', () => {});
      return root.trace;
    });
    const svg = renderTraceSvg(trace);
    expect(svg.match(/<rect fill/g)).to.have.length(1000);
    expect(svg).to.include('>5 more spans<');
  });

  it('draws open spans, and names that XML cannot hold', () => {
    const span = startSpan('a\u0000b\ud800');
    const svg = renderTraceSvg(span.trace);
    span.end();
    expect(new DOMParser().parseFromString(svg, 'image/svg+xml').querySelector('parsererror')).to.equal(null);
    expect(svg).to.contain('fill-opacity');
  });
});

describe('toChromeTrace', () => {
  it('puts spans on lanes that nest, with events and the link as a flow', async () => {
    const { traceEvents } = toChromeTrace(await makeTrace());
    const spans = traceEvents.filter(({ ph }) => ph === 'X');
    expect(spans.map(({ name }) => name)).to.deep.equal(['root <&>', 'load', 'save']);
    for (const a of spans) {
      for (const b of spans) {
        if (a === b || a.tid !== b.tid) continue;
        const [aEnd, bEnd] = [a.ts + (a.dur ?? 0), b.ts + (b.dur ?? 0)];
        const apart = aEnd <= b.ts || bEnd <= a.ts;
        const nested = (a.ts <= b.ts && bEnd <= aEnd) || (b.ts <= a.ts && aEnd <= bEnd);
        expect(apart || nested, `${a.name} and ${b.name}`).to.equal(true);
      }
    }
    expect(traceEvents.filter(({ ph }) => ph === 'i').map(({ name }) => name)).to.deep.equal(['cached', 'exception']);
    expect(traceEvents.filter(({ ph }) => ph === 's' || ph === 'f')).to.have.length(2);
  });
});

describe('toChromeTrace, of spans one after another', () => {
  it('puts them on one lane, and those at the same time on two', () => {
    const begin = Date.now();
    const root = startSpan('root', { root: true, startTime: begin });
    for (const [name, from, to] of [
      ['first', 10, 20],
      ['second', 20, 30],
      ['beside', 25, 40],
    ] as const) {
      startSpan(name, { parent: root, startTime: begin + from }).end('OK', begin + to);
    }
    root.end('OK', begin + 100);
    const lanes = toChromeTrace(root.trace).traceEvents.flatMap(({ ph, name, tid }) =>
      ph === 'X' ? [[name, tid]] : [],
    );
    const lane = Object.fromEntries(lanes) as Record<string, number>;
    expect([lane['first'], lane['second']]).to.deep.equal([lane['root'], lane['root']]);
    expect(lane['beside']).not.to.equal(lane['root']);
  });
});

describe('OtlpHttpExporter', () => {
  const received = async () => (await fetch('/test-server/otlp')).json() as Promise<{ requests: OtlpRequest[] }>;
  interface OtlpRequest {
    encoding?: string;
    traceparent?: string;
    body: {
      resourceSpans: {
        resource: { attributes: { key: string; value: unknown }[] };
        scopeSpans: {
          spans: (Record<string, unknown> & { name: string; attributes: { key: string; value: unknown }[] })[];
        }[];
      }[];
    };
  }

  beforeEach(() => fetch('/test-server/otlp', { method: 'DELETE' }));

  it('sends each span once, by the JSON rules of OTLP, with no span of its own', async () => {
    const exporter = new OtlpHttpExporter({ url: '/test-server/otlp', headers: { 'x-key': '1' } });
    const service = { name: 'shop', version: '2', environment: 'test' };
    const tracing = startTracing({ service, exporters: [exporter], panel: false, instrument: only('fetch') });
    const { spans } = await makeTrace();
    const odd = startSpan('odd', { kind: 'PRODUCER', root: true });
    const values = { nan: Number.NaN, huge: 1e300, big: 2 ** 60, int: 7, half: 0.5, list: ['a', 'b'], yes: true };
    odd.setAttributes(values).end();
    await tracing.stop();
    const { requests } = await received();
    expect(requests.every(({ encoding, traceparent }) => encoding === 'gzip' && traceparent === undefined)).to.equal(
      true,
    );
    const [resourceSpans] = (requests[0] as OtlpRequest).body.resourceSpans;
    const resource = Object.fromEntries(resourceSpans?.resource.attributes.map(({ key, value }) => [key, value]) ?? []);
    expect(resource).to.deep.include({
      'service.name': { stringValue: 'shop' },
      'service.version': { stringValue: '2' },
      'deployment.environment.name': { stringValue: 'test' },
    });
    const sent = requests.flatMap(({ body }) =>
      body.resourceSpans.flatMap(({ scopeSpans }) => scopeSpans[0]?.spans ?? []),
    );
    expect(sent.map(({ name }) => name).sort()).to.deep.equal(['load', 'odd', 'root <&>', 'save']);
    const root = sent.find(({ name }) => name === 'root <&>');
    const save = sent.find(({ name }) => name === 'save');
    expect(save).to.deep.include({ parentSpanId: root?.['spanId'], flags: 0x103, kind: 1 });
    expect(save?.['status']).to.deep.equal({ code: 2, message: 'no room' });
    expect(root?.['traceId']).to.equal(spans[0]?.context.traceId);
    expect(Number(BigInt(root?.['startTimeUnixNano'] as string) / 1_000_000n)).to.equal(
      Math.floor(spans[0]?.startTime as number),
    );
    const attributes = sent.find(({ name }) => name === 'odd')?.attributes;
    expect(Object.fromEntries(attributes?.map(({ key, value }) => [key, value]) ?? [])).to.deep.equal({
      nan: { doubleValue: 'NaN' },
      huge: { doubleValue: 1e300 },
      big: { doubleValue: 2 ** 60 },
      int: { intValue: '7' },
      half: { doubleValue: 0.5 },
      list: { arrayValue: { values: [{ stringValue: 'a' }, { stringValue: 'b' }] } },
      yes: { boolValue: true },
    });
    expect(tracing.stats).to.deep.include({ recorded: 4, exported: 4, queued: 0, dropped: {} });
  });

  it('counts and reports what the receiver refuses', async () => {
    const exporter = new OtlpHttpExporter({ url: '/test-server/status?code=400', compression: 'none' });
    const tracing = startTracing({ exporters: [exporter], instrument: false, panel: false });
    withSpan('refused', () => {});
    const warnings = await collectWarnings(() => tracing.stop());
    expect(tracing.stats).to.deep.include({ exported: 0, dropped: { refused: 1 } });
    expect(warnings).to.deep.equal([
      `zonetrace: ${location.origin}/test-server/status?code=400 refused 1 spans (status 400), which are not sent again; see its answer and its log for the reason`,
    ]);
  });
});
