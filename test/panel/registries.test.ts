import { expect } from 'chai';
import { SpanStore } from '../../src/store/span-store.js';
import { skip } from '../skip.js';
import { addTrace, inside, names, type Opened, openPanel } from './records.js';

interface Answer {
  rows: string[];
  hasDetail: boolean;
  isInDialog: boolean;
  warnings: string[];
  errors: string[];
}

const frames: HTMLIFrameElement[] = [];

/** Opens launcher and panel in a page of its own, after a script of that page, and answers what came of them. */
async function openIn(title: string, script: string): Promise<Answer> {
  const page = document.createElement('iframe');
  page.width = '1000';
  page.height = '700';
  const ours = new URL('./registries-page.ts', import.meta.url).pathname;
  page.srcdoc = `<!doctype html><title>${title}</title><body><script>${script}</script><script type="module" src="${ours}"></script>`;
  const answered = new Promise<MessageEvent<Answer>>((resolve) => {
    addEventListener('message', (event) => event.source === page.contentWindow && resolve(event));
  });
  frames.push(page);
  document.body.append(page);
  return (await answered).data;
}

const SHOWN = { hasDetail: true, isInDialog: false, warnings: [], errors: [] };

describe('a page with registries of elements', () => {
  let opened: Opened | undefined;

  afterEach(() => {
    opened?.close();
    opened = undefined;
    for (const page of frames.splice(0)) page.remove();
  });

  it('of frames beside its own has a panel in each, which shows what is of that page', async () => {
    const store = new SpanStore();
    addTrace(store, { name: 'above' });
    opened = await openPanel(store);
    const answers = [await openIn('first', ''), await openIn('second', '')];
    expect(answers).to.deep.equal(['first', 'second'].map((title) => ({ ...SHOWN, rows: [title, 'child'] })));
    frames.shift()?.remove();
    expect(names(inside(opened.panel, 'zonetrace-trace'))).to.deep.equal(['above']);
    expect(frames[0]?.contentDocument?.querySelectorAll('zonetrace-panel').length).to.equal(1);
  });

  for (const name of ['zonetrace-launcher', 'zonetrace-bar', 'zonetrace-timeline']) {
    it(`that has a <${name}> of its own is told once what to do, and nothing is thrown into it`, async () => {
      const answer = await openIn(
        'taken',
        `customElements.define('${name}', class extends HTMLElement { constructor() { super(); this.attachShadow({ mode: 'open' }); } });`,
      );
      expect(answer.errors).to.deep.equal([]);
      for (const warning of answer.warnings)
        expect(warning).to.match(new RegExp(`^zonetrace: .* has defined <${name}>, .*; load one version$`));
      expect(answer.warnings.length).to.be.greaterThan(0);
      expect(answer.rows).to.deep.equal([]);
    });
  }

  it('of a part of it, in which even a modal dialog stands, has the panel in that dialog, with all of its parts', async function () {
    try {
      new (CustomElementRegistry as unknown as new () => CustomElementRegistry)();
    } catch {
      skip(this, 'the browser has no scoped registries');
    }
    const answer = await openIn(
      'scoped',
      `const registry = new CustomElementRegistry();
      for (const name of ['panel', 'bar', 'trace', 'detail', 'traces'])
        registry.define('zonetrace-' + name, class extends HTMLElement { constructor() { super(); this.attachShadow({ mode: 'open' }); } });
      const host = document.createElement('div');
      host.id = 'scoped';
      document.body.append(host);
      host.attachShadow({ mode: 'open', customElementRegistry: registry }).innerHTML = '<dialog><button>of the page</button></dialog>';`,
    );
    expect(answer).to.deep.equal({ ...SHOWN, isInDialog: true, rows: ['scoped', 'child'] });
  });
});
