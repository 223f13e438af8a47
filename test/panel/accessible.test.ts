import { emulateMedia } from '@web/test-runner-commands';
import type Axe from 'axe-core';
import 'axe-core';
import { expect } from 'chai';
import { FilterEvent, OpenFilesEvent } from '../../panel/events.js';
import { mountLauncher } from '../../panel/launcher.js';
import { SpanStore } from '../../src/store/span-store.js';
import { skip } from '../skip.js';
import { until } from '../until.js';
import { addTrace, all, command, drawn, hostOf, inside, type Opened, openPanel, record, text } from './records.js';

/** A script, not a module. */
const { axe } = window as unknown as { axe: typeof Axe };

const T = 1_000_000;

let opened: Opened;

function storeOfPage(): SpanStore {
  const store = new SpanStore();
  const { trace } = addTrace(store, {
    name: 'click "Save"',
    attributes: { 'event.type': 'click' },
    children: [
      {
        name: 'POST /save',
        kind: 'CLIENT',
        status: 'ERROR',
        statusMessage: 'HTTP 500',
        attributes: { 'http.phase.dns': 3, 'http.phase.request': 50 },
        events: [
          { name: 'exception', time: T + 5, attributes: { 'exception.type': 'Error', 'exception.message': 'no' } },
        ],
      },
      ...[...Array(6)].map((_, at) => ({ name: 'GET /item', startTime: T + at, endTime: T + at + 1 })),
      { name: 'open', endTime: undefined },
    ],
  });
  store.settleTrace(trace, 3);
  addTrace(store, { name: 'second', startTime: T + 200, endTime: T + 300 });
  store.noteLoss('unhooked', 'lost');
  return store;
}

/** Lists, trees and other parts that a reader goes to by their names, and that have none: axe asks it of some roles only. */
function nameless(root: ParentNode): string[] {
  return [...root.querySelectorAll('*')].flatMap((element) => [
    ...(element.matches(
      ':is([role=grid], [role=treegrid], [role=tree], [role=toolbar]):not([aria-label], [aria-labelledby])',
    )
      ? [`nameless: ${element.localName}.${element.className}`]
      : []),
    ...(element.shadowRoot ? nameless(element.shadowRoot) : []),
  ]);
}

/** Values of properties by which nothing moves. */
const STILL = ['', '0s', 'none', 'auto', 'initial'];

/** What moves in steps of its own, now or once a rule applies, as `element selector`. */
function moving(root: ShadowRoot): string[] {
  const found = new Set<string>();
  const read = (rules: CSSRuleList) => {
    for (const rule of rules) {
      if (rule instanceof CSSMediaRule && !matchMedia(rule.conditionText).matches) continue;
      if (rule instanceof CSSStyleRule) {
        const { transitionDuration, animationName, scrollBehavior } = rule.style;
        const name = `${root.host.localName} ${rule.selectorText}`;
        const moves = [transitionDuration, animationName, scrollBehavior].some((each) => !STILL.includes(each));
        if (moves) found.add(name);
        else if (rule.style.transitionProperty === 'none') found.delete(name);
      }
      if ('cssRules' in rule) read(rule.cssRules as CSSRuleList);
    }
  };
  for (const sheet of root.adoptedStyleSheets) read(sheet.cssRules);
  const below = [...root.querySelectorAll('*')].flatMap(({ shadowRoot }) => (shadowRoot ? moving(shadowRoot) : []));
  return [...new Set([...found, ...below])];
}

/** What axe finds in the panel, as `rule: element`, and what has no name. */
async function violations(): Promise<string[]> {
  // The page around it is the test runner's.
  const options: Axe.RunOptions = { resultTypes: ['violations'], rules: { region: { enabled: false } } };
  const { violations: found } = await axe.run(opened.panel, options);
  const broken = found.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')} ${failureSummary}`),
  );
  return [...broken, ...nameless(opened.panel.shadowRoot as ShadowRoot)];
}

function press(view: string): Promise<void> {
  all(inside(opened.panel, 'zonetrace-bar'), '.views button')
    .find((button) => text(button) === view)
    ?.click();
  return drawn();
}

describe('what axe-core finds in the panel', () => {
  afterEach(() => opened.close());

  for (const theme of ['light', 'dark'] as const) {
    for (const view of ['Trace', 'Timeline', 'Statistics', 'Diagnostics']) {
      it(`is nothing in the view ${view}, ${theme}`, async () => {
        opened = await openPanel(storeOfPage(), { theme, dock: view === 'Trace' ? 'right' : 'bottom' });
        const list = inside(opened.panel, 'zonetrace-traces');
        all(list, '.row')[1]?.click();
        await drawn();
        const tree = inside(opened.panel, 'zonetrace-trace');
        all(tree, '.row')[1]?.click();
        await drawn();
        await press(view);
        expect(await violations()).to.deep.equal([]);
      });
    }

    it(`is nothing where there is nothing to see, ${theme}`, async () => {
      opened = await openPanel(new SpanStore(), { theme, dock: 'float' });
      expect(await violations()).to.deep.equal([]);
    });

    it(`is nothing in a filtered list with traces from elsewhere, below an error, ${theme}`, async () => {
      const store = storeOfPage();
      for (const kind of ['load', 'tab', 'file'] as const)
        store.addForeignSpan(record(`GET of another ${kind}`), 'web', { kind, name: '09:30' });
      opened = await openPanel(store, { theme });
      const bar = inside(opened.panel, 'zonetrace-bar');
      bar.dispatchEvent(new FilterEvent('GET'));
      bar.dispatchEvent(new OpenFilesEvent([new File(['{'], 'broken.json')]));
      await until(() => opened.panel.shadowRoot?.querySelector('[role=alert]'));
      bar.focusFilter();
      await drawn();
      expect(all(inside(opened.panel, 'zonetrace-traces'), '.elsewhere').length).to.equal(3);
      expect(await violations()).to.deep.equal([]);
    });

    it(`is nothing in a comparison and in the help, ${theme}`, async () => {
      opened = await openPanel(storeOfPage(), { theme });
      const list = inside(opened.panel, 'zonetrace-traces');
      const [first, second] = all(list, '.row') as [HTMLElement, HTMLElement];
      first.click();
      await drawn();
      second.dispatchEvent(new MouseEvent('click', { bubbles: true, composed: true, ctrlKey: true }));
      command(opened.panel, 'help');
      await drawn();
      expect(await violations()).to.deep.equal([]);
      command(opened.panel, 'help');
      await drawn();
      expect(await violations()).to.deep.equal([]);
    });
  }
});

describe('a reader who wants little motion', () => {
  after(() => emulateMedia({ reducedMotion: 'no-preference' }).catch(() => {}));

  it('has none in the panel and its launcher', async function () {
    try {
      await emulateMedia({ reducedMotion: 'reduce' });
    } catch {
      skip(this, 'the browser takes no preference of motion from the runner');
    }
    const store = storeOfPage();
    const unmount = mountLauncher(hostOf(store));
    opened = await openPanel(store, { dock: 'float' });
    all(inside(opened.panel, 'zonetrace-trace'), '.row')[1]?.click();
    command(opened.panel, 'help');
    await drawn();
    const parts = [opened.panel, document.querySelector('zonetrace-launcher')];
    const seen = () => parts.flatMap((part) => moving(part?.shadowRoot as ShadowRoot));
    try {
      expect(seen()).to.deep.equal([]);
      await emulateMedia({ reducedMotion: 'no-preference' });
      expect(seen(), 'what is looked for can be found').to.deep.equal(['zonetrace-separator :host(:hover) b']);
    } finally {
      unmount();
      opened.close();
    }
  });
});
