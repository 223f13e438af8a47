import { expect } from 'chai';
import { spanToMarkdown } from '../../panel/detail/span-markdown.js';
import { SpanStore } from '../../src/store/span-store.js';
import { addTrace, all, command, drawn, inside, type Opened, openPanel, press, record, text } from './records.js';

let opened: Opened | undefined;

async function open() {
  const store = new SpanStore();
  const { rows } = addTrace(store, { name: 'click' });
  opened = await openPanel(store);
  const tree = inside(opened.panel, 'zonetrace-trace');
  tree.revealRow(rows['click'] as number);
  await drawn();
  const help = () => opened?.panel.shadowRoot?.querySelector<HTMLElement>('.help');
  return { ...opened, tree, help, grid: all(tree, '.scroller')[0] as HTMLElement };
}

describe('the keys', () => {
  afterEach(() => {
    opened?.close();
    opened = undefined;
  });

  it('are shown by ? and by the button, and put away by Escape before anything else', async () => {
    const { panel, tree, grid, help } = await open();
    press(grid, '?', { shiftKey: true });
    await drawn();
    expect(text(help())).to.include('Alt+Shift+Z').and.to.include('zoom at the pointer');
    expect(panel.shadowRoot?.activeElement).to.equal(help());
    press(help() as HTMLElement, 'Escape');
    await drawn();
    expect(help()).to.equal(null);
    expect(inside(panel, 'zonetrace-detail')).to.not.equal(null);
    expect(tree.shadowRoot?.activeElement).to.equal(grid);
    command(panel, 'help');
    await drawn();
    help()?.querySelector('button')?.click();
    await drawn();
    expect(help()).to.equal(null);
  });

  it('leave ? to who types', async () => {
    const { panel, help } = await open();
    press(all(inside(panel, 'zonetrace-bar'), 'input[type=search]')[0] as HTMLElement, '?');
    await drawn();
    expect(help()).to.equal(null);
  });
});

describe('copies of a span', () => {
  afterEach(() => {
    opened?.close();
    opened = undefined;
  });

  it('are JSON, OTLP and Markdown', async () => {
    const { panel } = await open();
    const texts = all(inside(panel, 'zonetrace-detail'), 'dl zonetrace-copy')
      .slice(0, 3)
      .map((copy) => (copy as HTMLElement & { text: () => string }).text());
    expect(JSON.parse(texts[0] ?? '').name).to.equal('click');
    expect(JSON.parse(texts[1] ?? '').resourceSpans[0].scopeSpans[0].spans[0].name).to.equal('click');
    expect(texts[2]).to.match(/^\*\*click\*\*\n/);
  });

  it('let no value break out of the table', () => {
    const markdown = spanToMarkdown(record('a|b', { attributes: { 'x|y': 'one\ntwo <b> `c` \\' } }), 'web', true);
    expect(markdown).to.include('**a\\|b**');
    expect(markdown).to.include('| x\\|y | one<br>two \\<b> \\`c\\` \\\\ |');
    for (const line of markdown.split('\n').slice(4, -1)) expect(line.match(/(?<!\\)\|/g)?.length).to.equal(3);
  });
});
