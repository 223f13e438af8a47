import { expect } from 'chai';
import {
  MemoryExporter,
  PerformancePanelExporter,
  startSpan,
  startTracing,
  toChromeTrace,
  withSpan,
} from '../../src/index.js';
import { collectWarnings } from '../collect.js';
import { skip } from '../skip.js';

describe('PerformancePanelExporter', () => {
  it('draws each span at its time, on the track of its trace', async function () {
    if (!('chrome' in globalThis)) skip(this, 'only Chromium has these tracks');
    const marks: unknown[][] = [];
    const { timeStamp } = console;
    console.timeStamp = (...args: unknown[]) => void marks.push(args);
    try {
      const tracing = startTracing({ exporters: [new PerformancePanelExporter()], instrument: false, panel: false });
      const from = performance.now();
      const parent = startSpan('parent', { root: true });
      const child = startSpan('child', { parent, kind: 'CLIENT' });
      child.recordException(new Error('no')).end();
      parent.end();
      const to = performance.now();
      await tracing.stop();
      expect(marks.map(([name, , , ...rest]) => [name, ...rest])).to.deep.equal([
        ['child', 'parent', 'zonetrace', 'error'],
        ['parent', 'parent', 'zonetrace', 'primary'],
      ]);
      for (const [, start, end] of marks as [string, number, number][]) {
        expect(start).to.be.within(from - 0.01, to);
        expect(end).to.be.within(start, to + 0.01);
      }
    } finally {
      console.timeStamp = timeStamp;
    }
  });

  it('shows nothing elsewhere, and says so', async function () {
    if ('chrome' in globalThis) skip(this, 'Chromium has these tracks');
    const warnings = await collectWarnings(() => new PerformancePanelExporter().export([startSpan('any')]));
    expect(warnings[0]).to.match(/^zonetrace: PerformancePanelExporter shows nothing in this browser/);
  });
});

describe('MemoryExporter', () => {
  it('keeps the last spans, and counts those that had to go', async () => {
    const exporter = new MemoryExporter({ maxSpans: 3 });
    const tracing = startTracing({ exporters: [exporter], instrument: false, panel: false });
    for (let i = 0; i < 5; i++) withSpan(`span ${i}`, () => {});
    await tracing.stop();
    expect(exporter.spans.map(({ name }) => name)).to.deep.equal(['span 2', 'span 3', 'span 4']);
    expect(exporter.droppedSpans).to.equal(2);
    exporter.clear();
    expect(exporter.spans).to.have.length(0);
  });
});

describe('toChromeTrace of several traces', () => {
  it('draws a link from one trace to another as a flow between their processes', () => {
    const cause = startSpan('cause', { root: true });
    cause.end();
    const effect = startSpan('effect', { root: true, links: [{ context: cause.context }] });
    effect.end();
    const { traceEvents } = toChromeTrace([cause.trace, effect.trace]);
    const spans = traceEvents.filter(({ ph }) => ph === 'X');
    expect(spans.map(({ name, pid }) => [name, pid])).to.deep.equal([
      ['cause', 1],
      ['effect', 2],
    ]);
    const [start, end] = traceEvents.filter(({ ph }) => ph === 's' || ph === 'f');
    expect([start?.pid, start?.ts, end?.pid, end?.ts]).to.deep.equal([1, spans[0]?.ts, 2, spans[1]?.ts]);
    expect(start?.id).to.equal(end?.id);
    expect(toChromeTrace(effect.trace).traceEvents.filter(({ ph }) => ph === 's')).to.have.length(0);
  });
});
