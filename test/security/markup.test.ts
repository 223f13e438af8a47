import { expect } from 'chai';
import { openFile } from '../../panel/files.js';
import { writeSvg } from '../../panel/formats/write-svg.js';
import { pictureOf } from '../../panel/layout/picture.js';
import { renderTraceSvg, startTracing, withSpan } from '../../src/index.js';
import { SpanStore } from '../../src/store/span-store.js';
import { addTrace, inside, openPanel } from '../panel/records.js';

/** Payloads of the usual corpora, each setting a global where it runs. */
const CORPUS = [
  '<script>xss()</script>',
  '<img src=x onerror=xss()>',
  '<svg onload=xss()>',
  '"><svg/onload=xss()>',
  "'><img src=x onerror=xss()>",
  '<iframe srcdoc="<script>parent.xss()</script>">',
  '<iframe src="javascript:parent.xss()">',
  '<details open ontoggle=xss()>',
  '<input autofocus onfocus=xss()>',
  '<style>@import "data:text/css,*{background:url(javascript:xss())}"</style>',
  '<math><mtext></form><form><mglyph><style></math><img src onerror=xss()>',
  '</title><script>xss()</script>',
  '</text></svg><script>xss()</script>',
  ']]><script>xss()</script>',
  '--><script>xss()</script>',
  '{{constructor.constructor("xss()")()}}',
  'javascript:xss()',
  'data:text/html,<script>xss()</script>',
  '\u0000<script>xss()</script>',
  '<scr\u0000ipt>xss()</script>',
  '&lt;script&gt;xss()&lt;/script&gt;',
  '\u202e<script>xss()</script>',
  '<template shadowrootmode="open"><script>xss()</script></template>',
  '<a href="javascript:xss()" autofocus onfocus=xss()>x</a>',
];

/** What the panel is made of; anything else came out of a text. */
const FOREIGN = 'script, img, iframe, object, embed, style:not(:empty), math, template, form, link, base, meta';

let ran = 0;

function everything(root: ParentNode): Element[] {
  return [...root.querySelectorAll('*')].flatMap((element) => [
    element,
    ...(element.shadowRoot ? everything(element.shadowRoot) : []),
  ]);
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('security: markup', function () {
  this.timeout(30_000);
  before(() => Object.assign(window, { xss: () => ran++ }));
  after(() => Reflect.deleteProperty(window, 'xss'));
  beforeEach(() => {
    ran = 0;
  });

  const spanOf = (payload: string) => ({
    name: payload,
    service: payload,
    status: 'ERROR' as const,
    statusMessage: payload,
    attributes: { [payload]: payload, 'url.full': payload, 'exception.stacktrace': payload, list: [payload] },
    events: [{ name: payload, time: 1_000_010, attributes: { [payload]: payload, 'exception.message': payload } }],
    links: [
      {
        context: {
          traceId: '1'.repeat(32),
          spanId: '2'.repeat(16),
          traceFlags: 1,
          isRemote: false,
          traceState: payload,
        },
        attributes: { [payload]: payload },
      },
    ],
  });

  it('of names, services, attributes, events and messages is text in every view of the panel', async () => {
    const store = new SpanStore();
    for (const payload of CORPUS) {
      addTrace(store, { ...spanOf(payload), children: [{ ...spanOf(payload) }, { ...spanOf(payload) }] });
      store.noteLoss('unhooked', payload, payload);
    }
    const opened = await openPanel(store);
    const { panel } = opened;
    for (const view of ['traces', 'trace', 'timeline', 'statistics', 'diagnostics']) {
      for (const trace of store.traces) {
        Object.assign(panel, { view, trace });
        const row = trace.rows[1];
        if (view === 'trace') Object.assign(panel, { row });
        await panel.updateComplete;
        if (view !== 'trace' && view !== 'traces') break;
      }
      await pause(60);
      const foreign = everything(panel.shadowRoot as ShadowRoot).filter((element) => element.matches(FOREIGN));
      expect(foreign.map(({ outerHTML }) => outerHTML)).to.deep.equal([]);
      const handlers = everything(panel.shadowRoot as ShadowRoot).flatMap((element) =>
        element.getAttributeNames().filter((name) => name.startsWith('on')),
      );
      expect(handlers).to.deep.equal([]);
    }
    const links = everything(panel.shadowRoot as ShadowRoot).filter((element) => element instanceof HTMLAnchorElement);
    for (const link of links) expect((link as HTMLAnchorElement).protocol).to.match(/^https?:$/);
    expect(inside(panel, 'zonetrace-bar')).to.not.equal(undefined);
    await pause(300);
    expect(ran).to.equal(0);
    panel.remove();
  });

  it('of files is text likewise, in each format', async () => {
    const at = 1_700_000_000_000_000;
    for (const payload of CORPUS) {
      const id = Math.random().toString(16).slice(2, 10).padEnd(16, '1');
      const pair = { key: payload, value: { stringValue: payload } };
      const files = [
        {
          resourceSpans: [
            {
              resource: { attributes: [{ key: 'service.name', value: { stringValue: payload } }, pair] },
              scopeSpans: [
                {
                  spans: [
                    {
                      traceId: id + id,
                      spanId: id,
                      name: payload,
                      startTimeUnixNano: `${at}000`,
                      endTimeUnixNano: `${at + 5}000`,
                      attributes: [pair],
                      status: { code: 2, message: payload },
                    },
                  ],
                },
              ],
            },
          ],
        },
        [
          {
            traceId: id,
            id,
            name: payload,
            timestamp: at,
            duration: 5,
            localEndpoint: { serviceName: payload },
            tags: { [payload]: payload },
          },
        ],
        {
          traceEvents: [
            {
              ph: 'X',
              name: payload,
              cat: payload,
              ts: at,
              dur: 5,
              pid: payload,
              tid: 1,
              args: { [payload]: payload },
            },
          ],
        },
      ];
      const store = new SpanStore();
      for (const file of files) await openFile(store, new File([JSON.stringify(file)], payload));
      expect(store.size).to.equal(3);
      const { panel } = await openPanel(store);
      Object.assign(panel, { view: 'trace', trace: store.traces[0], row: store.traces[0]?.rows[0] });
      await panel.updateComplete;
      const foreign = everything(panel.shadowRoot as ShadowRoot).filter((element) => element.matches(FOREIGN));
      expect(foreign.map(({ outerHTML }) => outerHTML)).to.deep.equal([]);
      panel.remove();
      for (const trace of store.traces) expectHarmless(writeSvg(pictureOf(store, trace, Date.now())));
    }
    await pause(100);
    expect(ran).to.equal(0);
  });

  it('of a file that cannot be read, its name included, is text in the message', async () => {
    for (const payload of CORPUS) {
      const file = new File([JSON.stringify({ resourceSpans: [{ scopeSpans: payload }] })], payload);
      const error = await openFile(new SpanStore(), file).catch((reason: unknown) => reason);
      expect(String(error)).to.match(/^Error: zonetrace: /);
    }
  });

  it('of names is text in the pictures of a trace', async () => {
    const tracing = startTracing({ instrument: false, panel: false });
    for (const payload of CORPUS) {
      const { trace } = withSpan(payload, (span) => span);
      expectHarmless(renderTraceSvg(trace));
    }
    await tracing.stop();
  });
});

/** As a document of its own, where scripts would run. */
function expectHarmless(svg: string): void {
  const parsed = new DOMParser().parseFromString(svg, 'image/svg+xml');
  expect(parsed.querySelector('parsererror')?.textContent, svg).to.equal(undefined);
  const names = new Set([...parsed.querySelectorAll('*')].map(({ localName }) => localName));
  for (const name of names)
    expect(['svg', 'g', 'rect', 'path', 'text', 'title', 'line', 'style', 'tspan', 'circle']).to.include(name);
  for (const element of parsed.querySelectorAll('*')) {
    for (const name of element.getAttributeNames()) expect(name).not.to.match(/^on|href/);
  }
}
