import { expect } from 'chai';
import { SpanStore } from '../../src/store/span-store.js';
import { addTrace, all, drawn, inside, type Node, type Opened, openPanel, record, text } from './records.js';

const T = 1_000_000;

let opened: Opened;

/** Opens the panel with the details of the span of that name. */
async function detailOf(name: string, root: Node, store = new SpanStore()) {
  const { rows } = addTrace(store, root);
  opened = await openPanel(store);
  const tree = inside(opened.panel, 'zonetrace-trace');
  tree.shadowRoot?.getElementById(`s${rows[name]}`)?.click();
  await drawn();
  return inside(opened.panel, 'zonetrace-detail');
}

describe('the details of a span', () => {
  afterEach(() => opened.close());

  it('draw the phases of a request, connecting without the encryption that is part of it', async () => {
    const detail = await detailOf('GET /a', {
      name: 'GET /a',
      attributes: { 'http.phase.dns': 10, 'http.phase.connect': 30, 'http.phase.tls': 20, 'http.phase.response': 40 },
    });
    const phases = detail.shadowRoot?.querySelector('.phases');
    expect(text(phases)).to.equal('dns 10.0 msconnect 10.0 mstls 20.0 msresponse 40.0 ms');
    const [, , tls] = [...(phases?.querySelectorAll('i') ?? [])].map(({ style }) => [style.left, style.width]);
    expect(tls).to.deep.equal(['25%', '25%']);
  });

  it('say how much of the trace waited for the span', async () => {
    const detail = await detailOf('slow', {
      name: 'click',
      startTime: T,
      endTime: T + 100,
      children: [{ name: 'slow', startTime: T + 10, endTime: T + 90 }],
    });
    expect(text(detail.shadowRoot?.querySelector('dl'))).to.include('Critical path 80.0 ms of it, 80% of the trace');
  });

  it('link to another viewer, and only by a web address', async () => {
    const store = new SpanStore();
    const { rows, records } = addTrace(store, { name: 'click' });
    opened = await openPanel(store, { viewer: 'https://viewer.example/trace/{traceId}?span={spanId}' });
    inside(opened.panel, 'zonetrace-trace').shadowRoot?.getElementById(`s${rows['click']}`)?.click();
    await drawn();
    const detail = inside(opened.panel, 'zonetrace-detail');
    const { traceId, spanId } = (records['click'] as { context: { traceId: string; spanId: string } }).context;
    expect((all(detail, 'a')[0] as HTMLAnchorElement).href).to.equal(
      `https://viewer.example/trace/${traceId}?span=${spanId}`,
    );
    (opened.host.options as { viewer: string }).viewer = 'javascript:alert(1)//{traceId}';
    detail.requestUpdate();
    await detail.updateComplete;
    expect(all(detail, 'a').length).to.equal(0);
  });

  it('show its times, status, service, attributes, events, links and what was dropped', async () => {
    const link = record('elsewhere').context;
    const detail = await detailOf('fetch', {
      name: 'click',
      children: [
        {
          name: 'fetch',
          service: 'shop',
          kind: 'CLIENT',
          startTime: T + 20,
          endTime: T + 70,
          attributes: { 'http.status': 200, tags: ['a', 'b'] },
          events: [{ name: 'sent', time: T + 25, attributes: { bytes: 12 } }],
          links: [{ context: link, attributes: { why: 'retry' } }],
          droppedEventsCount: 3,
          children: [{ name: 'parse', startTime: T + 60, endTime: T + 70 }],
        },
      ],
    });
    const shown = text(detail.shadowRoot?.querySelector('.scroller'));
    for (const part of [
      'Duration 50.0 ms',
      'Self time 40.0 ms',
      'Start 20.0 ms into the trace',
      'Status OK',
      'Kind client',
    ])
      expect(shown).to.include(part);
    for (const part of [
      'Service shop',
      'http.status 200',
      'tags ["a","b"]',
      '+5.00 ms',
      'sent',
      'bytes 12',
      'why retry',
    ])
      expect(shown).to.include(part);
    expect(shown).to.include('dropped 3 events');
    expect(shown).to.include(link.spanId);
  });

  it('show an exception with its type, message and stack, as text', async () => {
    const detail = await detailOf('pay', {
      name: 'pay',
      status: 'ERROR',
      statusMessage: 'no <b>money</b>',
      events: [
        {
          name: 'exception',
          time: T + 10,
          attributes: {
            'exception.type': 'PaymentError',
            'exception.message': 'no <b>money</b>',
            'exception.stacktrace':
              'PaymentError: no <b>money</b>\n    at pay (shop.js:1:2)\n    at click (shop.js:3:4)',
          },
        },
      ],
    });
    const box = all(detail, '.exception')[0];
    expect(text(box?.querySelector('p'))).to.equal('PaymentError: no <b>money</b>');
    expect(box?.querySelector('pre')?.textContent).to.equal('at pay (shop.js:1:2)\nat click (shop.js:3:4)');
    expect(all(detail, 'b')).to.deep.equal([]);
    expect(text(detail.shadowRoot?.querySelector('dl'))).to.include('Error: no <b>money</b>');
  });

  it('copy the span as JSON, its ids and its traceparent', async () => {
    const detail = await detailOf('click', { name: 'click', attributes: { a: 1 } });
    const copies = all(detail, 'zonetrace-copy') as HTMLElementTagNameMap['zonetrace-copy'][];
    const texts = copies.map(({ text: of }) => (typeof of === 'string' ? of : of()));
    const { context } = opened.store.record(0) ?? record('none');
    expect(JSON.parse(texts[0] ?? '')).to.deep.include({
      name: 'click',
      service: 'web',
      spanId: context.spanId,
      durationMs: 100,
    });
    expect(texts.slice(3)).to.deep.equal([
      context.traceId,
      context.traceId,
      context.spanId,
      `00-${context.traceId}-${context.spanId}-03`,
    ]);
  });

  it('lead to the parent and to a linked span of another trace', async () => {
    const store = new SpanStore();
    const cause = addTrace(store, { name: 'cause', children: [{ name: 'inner' }] });
    const detail = await detailOf(
      'child',
      {
        name: 'effect',
        children: [
          {
            name: 'child',
            links: [{ context: cause.records['inner']?.context ?? record('').context, attributes: {} }],
          },
        ],
      },
      store,
    );
    const title = () => text(inside(opened.panel, 'zonetrace-detail').shadowRoot?.querySelector('h2'));
    expect(title()).to.equal('child');
    all(detail, 'dd .link')[0]?.click();
    await drawn();
    expect(title()).to.equal('effect');
    inside(opened.panel, 'zonetrace-trace').revealRow(opened.store.traces[1]?.rows[1] ?? -1);
    await drawn();
    all(inside(opened.panel, 'zonetrace-detail'), 'li .link')[0]?.click();
    await drawn();
    expect(title()).to.equal('inner');
    expect(all(inside(opened.panel, 'zonetrace-trace'), '.row').length).to.equal(2);
  });

  it('close with their button', async () => {
    const detail = await detailOf('click', { name: 'click' });
    all(detail, '.close')[0]?.click();
    await drawn();
    expect(inside(opened.panel, 'zonetrace-detail')).to.equal(null);
    // The keys go on where the reader was.
    const tree = inside(opened.panel, 'zonetrace-trace');
    expect(tree.shadowRoot?.activeElement).to.equal(all(tree, '.scroller')[0]);
  });

  it('open places of sources in the editor, where one can, and say what went wrong', async () => {
    const store = new SpanStore();
    const shop = `${location.origin}/src/shop.ts?t=1`;
    const stack = `Error: gone\n    at buy (${shop}:7:3)\n    at <anonymous>:1:1`;
    const { rows } = addTrace(store, {
      name: 'click',
      attributes: { 'code.file.path': 'src/shop.ts', 'code.line.number': 5 },
      events: [{ name: 'exception', time: 1_000_050, attributes: { 'exception.stacktrace': stack } }],
    });
    opened = await openPanel(store);
    inside(opened.panel, 'zonetrace-trace').shadowRoot?.getElementById(`s${rows['click']}`)?.click();
    await drawn();
    const detail = inside(opened.panel, 'zonetrace-detail');
    expect(all(detail, '.source')).to.deep.equal([]);

    const asked: unknown[] = [];
    opened.host.sourceOpener = () => async (position) => {
      asked.push(position);
      return asked.length > 1 ? 'zonetrace: there is no file; look for it' : undefined;
    };
    detail.requestUpdate();
    await detail.updateComplete;
    const buttons = all(detail, '.source');
    expect(buttons.map(text)).to.deep.equal(['/src/shop.ts?t=1:7:3', 'src/shop.ts']);
    expect(text(detail.shadowRoot?.querySelector('pre'))).to.equal(
      'Error: gone at buy (/src/shop.ts?t=1:7:3) at <anonymous>:1:1',
    );
    for (const button of buttons) button.click();
    await drawn();
    expect(asked).to.deep.equal([
      { file: shop, line: 7, column: 3 },
      { file: 'src/shop.ts', line: 5, column: undefined, offset: undefined },
    ]);
    expect(text(opened.panel.shadowRoot?.querySelector('.notice span'))).to.equal(
      'zonetrace: there is no file; look for it',
    );
  });
});
