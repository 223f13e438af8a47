import { expect } from 'chai';
import { SelectSpanEvent } from '../../panel/events.js';
import type { PanelHost } from '../../panel/host.js';
import { startTracing, withSpan } from '../../src/index.js';
import { SpanStore } from '../../src/store/span-store.js';
import { collectWarnings } from '../collect.js';
import { until } from '../until.js';
import { addTrace, all, drawn, hostOf, inside, type Opened, openPanel, text } from './records.js';

let opened: Opened;

async function diagnosticsOf(store: SpanStore, more: Partial<PanelHost> = {}) {
  opened = await openPanel(store);
  opened.panel.panel = { ...hostOf(store), ...more };
  all(inside(opened.panel, 'zonetrace-bar'), '.views button')
    .find((button) => text(button) === 'Diagnostics')
    ?.click();
  await drawn();
  return inside(opened.panel, 'zonetrace-diagnostics');
}

const items = (element: Element) => all(element, 'li').map((item) => text(item));

describe('the diagnostics', () => {
  afterEach(() => opened.close());

  it('say that nothing is amiss', async () => {
    const diagnostics = await diagnosticsOf(new SpanStore());
    expect(text(all(diagnostics, '.empty')[0])).to.include('Nothing is amiss');
  });

  it('tell of a lost parent with its remedy and the place', async () => {
    const store = new SpanStore();
    store.noteLoss('unhooked', 'orphan', `Error\n    at diagnostics.test.ts:1`);
    const [item] = items(await diagnosticsOf(store));
    expect(item).to.include('"orphan" began without a parent while another span waited').and.to.include('Snapshot');
    expect(item).to.include('diagnostics.test');
  });

  it('list spans that never ended, and lead to them', async () => {
    const store = new SpanStore();
    const { trace } = addTrace(store, { name: 'click', children: [{ name: 'forgotten', endTime: undefined }] });
    store.settleTrace(trace, 0);
    addTrace(store, { name: 'later' });
    const diagnostics = await diagnosticsOf(store);
    expect(items(diagnostics)[0]).to.include('"forgotten" never ended');
    all(diagnostics, 'li .link')[0]?.click();
    await drawn();
    const selected = all(inside(opened.panel, 'zonetrace-trace'), '[aria-selected=true]')[0];
    expect(text(selected)).to.include('forgotten');
  });

  it('call such a span as every other place does, and one whose trace goes on otherwise', async () => {
    const store = new SpanStore();
    const { trace, rows } = addTrace(store, { name: 'click', children: [{ name: 'forgotten', endTime: undefined }] });
    const diagnostics = await diagnosticsOf(store);
    const { panel } = opened;
    const go = async (view: string) => {
      all(inside(panel, 'zonetrace-bar'), '.views button')
        .find((button) => text(button) === view)
        ?.click();
      await drawn();
    };
    const places = async () => {
      await go('Trace');
      const tree = inside(panel, 'zonetrace-trace');
      if (!inside(panel, 'zonetrace-detail')) tree.shadowRoot?.getElementById(`s${rows['forgotten']}`)?.click();
      await drawn();
      const row = tree.shadowRoot?.getElementById(`s${rows['forgotten']}`);
      const detail = inside(panel, 'zonetrace-detail');
      const markdown = all(detail, 'zonetrace-copy')[2] as HTMLElement & { text: () => string };
      const said = [
        row?.querySelector<HTMLElement>('.bar')?.title,
        all(inside(panel, 'zonetrace-traces'), '.pending')[0]?.title,
        text(detail.shadowRoot?.querySelector('dd')),
        markdown.text().match(/duration \| ([^|]*) \|/)?.[1],
      ];
      await go('Timeline');
      // Its lanes are laid out in a frame in which nothing else that can wait is done.
      const status = () => text(all(inside(panel, 'zonetrace-timeline'), '[role=status]')[0]);
      said.push(await until(status, 'what the timeline says'));
      return { said, column: text(row?.querySelector('.number')) };
    };
    const open = await places();
    for (const words of open.said) expect(words).to.include('still open').and.to.not.include('never');
    store.settleTrace(trace, 0);
    await drawn();
    const lost = await places();
    for (const words of [...lost.said, lost.column]) expect(words).to.include('never ended').and.to.not.include('open');
    inside(panel, 'zonetrace-detail').dispatchEvent(new SelectSpanEvent(undefined));
    await go('Trace');
    const cell = all(inside(panel, 'zonetrace-trace'), '.unended .number')[0] as HTMLElement;
    expect(cell.clientWidth).to.be.greaterThan(68).and.at.least(cell.scrollWidth);
    await go('Diagnostics');
    expect(items(diagnostics)[0]).to.include('"forgotten" never ended');
  });

  it('count spans beyond a limit and those that had to go', async () => {
    const store = new SpanStore({ maxSpans: 2 });
    const { trace } = addTrace(store, { name: 'click' });
    store.settleTrace(trace, 7);
    for (let i = 0; i < 5; i++) addTrace(store, { name: 'more' });
    addTrace(store, { name: 'last' });
    const said = items(await diagnosticsOf(store)).join(' ');
    expect(said).to.include('no longer in this panel');
  });

  it('say of a trace beyond its limit what to raise', async () => {
    const store = new SpanStore();
    const { trace } = addTrace(store, { name: 'click', endTime: undefined });
    store.settleTrace(trace, 7);
    const said = items(await diagnosticsOf(store));
    expect(said.at(-1)).to.equal(
      'Spans beyond the limit of their trace were dropped 7 times Raise limits.spansPerTrace, or make fewer spans in a loop',
    );
  });

  it('repeat what was warned of, with its cause and how often', async () => {
    const remarks = [{ message: 'no option "x" is known; use y', cause: new Error('behind it'), count: 3 }];
    const [item] = items(await diagnosticsOf(new SpanStore(), { remarks }));
    expect(item).to.include('no option "x" is known 3 times use y').and.to.include('behind it');
  });

  it('tell of an exporter that fails, with its error and what it has lost', async () => {
    const failing = { export: () => Promise.reject(new Error('no room')), async shutdown() {} };
    const tracing = startTracing({ instrument: false, exporters: [failing], panel: { open: true, theme: 'light' } });
    const warnings = await collectWarnings(async () => {
      for (let i = 0; i < 7; i++) withSpan('lost', { root: true }, () => {});
      await tracing.flush();
    });
    expect(warnings).to.deep.equal(['zonetrace: 7 spans could not be exported; see the cause']);
    const panel = await until(() => document.querySelector('zonetrace-panel'), 'the panel');
    opened = { panel, close: () => void tracing.stop() } as Opened;
    await drawn();
    all(inside(panel, 'zonetrace-bar'), '.views button')
      .find((button) => text(button) === 'Diagnostics')
      ?.click();
    await drawn();
    const diagnostics = inside(panel, 'zonetrace-diagnostics');
    expect(items(diagnostics).find((item) => item.includes('7 spans'))).to.match(
      /^7 spans could not be exported see the cause Where .*no room/,
    );
    expect(text(all(diagnostics, 'dl')[0]))
      .to.include('recorded7')
      .and.to.include('exported0')
      .and.to.include('dropped: failed7');
  });

  it('show what became of the spans that were to be exported', async () => {
    const diagnostics = await diagnosticsOf(new SpanStore(), {
      stats: () => ({ exported: 1200, overRate: 1, 'dropped, queue full': 3 }),
    });
    expect(text(all(diagnostics, 'dl')[0])).to.equal('exported1,200over rate1dropped, queue full3');
  });
});
