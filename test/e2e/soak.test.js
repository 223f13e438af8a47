import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import puppeteer from 'puppeteer-core';
import { chromiumFlags, findBrowser } from '../../scripts/browsers.js';
import { serveBusyPage } from './busy-page.js';
import { growthOf, slopeOf, watchHeap } from './heap-watch.js';
import { comes } from './spans-page.js';
import { usePanel } from './use-panel.js';

/** `SOAK_MINUTES=30` is the long form, which also compares with the same page without zonetrace, and with the panel closed. */
const LONG = Number(process.env.SOAK_MINUTES ?? 0);
/** Simulated minutes that are watched. */
const MINUTES = LONG || 5;
/** What a busy page does in a minute, without the pauses: a round is twelve seconds of it. See test/fixtures/busy. */
const ROUNDS = 5;
/** The store's bound, so that it is full after the warm-up and everything that comes makes something else go. */
const MAX_SPANS = LONG ? 1500 : 500;
/**
 * Minutes before the first reading: the store is full, what is loaded late is loaded, code is compiled, buffers have filled. The
 * last of those takes the longest: what was kept of 8,000 spans for the next load of the page.
 */
const WARM_UP = LONG ? 40 : 2;
/** How often the panel is opened and closed on the page that has come to rest. */
const OPENINGS = LONG ? 30 : 4;

const COUNTS = [
  'documents',
  'nodes',
  'detached nodes',
  'listeners',
  'promises',
  'workers',
  'zones',
  'tasks',
  'spans outside the store',
];

/** What each of so many times may add, at most: if it keeps one thing each time there is one more, and half of that is no chance. */
const halfOf = (times) => Object.fromEntries(COUNTS.map((measure) => [measure, times / 2]));

/**
 * What a minute may add, at most. In KB: `objects`, in the long form alone, as the short form has not filled all buffers and
 * must not take that long; `heap` has the engine's compiled code as well.
 */
const ALLOWED = { ...halfOf(ROUNDS), ...(LONG ? { objects: 2 } : { heap: 100 }) };

let site;
let browser;

before(async () => {
  site = await serveBusyPage();
  browser = await puppeteer.launch({ executablePath: findBrowser('chromium'), headless: true, args: chromiumFlags });
});

after(async () => {
  await browser?.close();
  site?.close();
});

/** A page that is kept busy, minute by minute, and what it holds after each. */
async function openBusyPage(query = '') {
  const page = await browser.newPage();
  const faults = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => message.text().includes('zonetrace:') && faults.push(message.text()));
  await page.goto(`${site.address}/${query}`);
  await page.waitForFunction('window.busy');
  await page.evaluate((maxSpans) => {
    if (window.busy.tracing) window.busy.tracing.store.maxSpans = maxSpans;
  }, MAX_SPANS);
  const watch = await watchHeap(page);
  const time = { minutes: 0, tasks: 0, scripts: 0 };
  let rounds = 0;

  async function spendMinute({ leaks = [], panel } = {}) {
    const before = await watch.readTime();
    for (let i = 0; i < ROUNDS; i++) {
      await page.click('#load');
      await page.type('#search', 'item', { delay: 0 });
      await page.evaluate((...args) => window.busy.round(...args), rounds++, leaks);
      await panel?.look(i);
    }
    const now = await watch.readTime();
    await panel?.close();
    await page.evaluate(() => window.busy.quiet());
    // While the panel is open its work is the reader's, not the page's.
    if (panel) return;
    time.minutes++;
    for (const kind of ['tasks', 'scripts']) time[kind] += now[kind] - before[kind];
  }

  return {
    faults,
    time,
    get rounds() {
      return rounds;
    },
    /** Opens the panel in each third minute. */
    async warmUp({ withPanel = false, minutes = WARM_UP } = {}) {
      for (let minute = 0; minute < minutes; minute++) {
        const panel = withPanel && minute % 3 === 1 ? await usePanel(page, { popOut: minute === 1 }) : undefined;
        await spendMinute({ panel });
      }
      Object.assign(time, { minutes: 0, tasks: 0, scripts: 0 });
    },
    /** Answers what the page holds after each minute. */
    async spend(minutes, { leaks, withPanel = false } = {}) {
      const readings = [];
      for (let minute = 0; minute < minutes; minute++) {
        const panel = withPanel && minute % 3 === 1 ? await usePanel(page, { popOut: minute % 6 === 1 }) : undefined;
        await spendMinute({ leaks, panel });
        readings.push(await watch.read({ weighs: LONG > 0 }));
      }
      return readings;
    },
    /** Opens the panel so many times, looks at all of it, and closes it. Answers what the page holds after each. */
    async openPanel(times, leak) {
      const readings = [];
      const record = (isOn) =>
        page.evaluate((on) => {
          window.busy.tracing.store.recording = on;
        }, isOn);
      // On a slow machine the opening itself is a slow interaction, and would be one more row each time.
      await record(false);
      // Once more than is read: the first has to draw what has come since.
      for (let i = 0; i <= times; i++) {
        const panel = await usePanel(page);
        for (let view = 0; view < 4; view++) await panel.look(view);
        await panel.close();
        if (leak) await page.evaluate((name) => window.busy.leak(name), leak);
        if (i > 0) readings.push(await watch.read());
      }
      await record(true);
      return readings;
    },
    async tell() {
      const told = await page.evaluate(() => window.busy.tell());
      // What the page tells when it is closed comes on top.
      const received = { spans: site.received.spans, ids: site.received.ids.size };
      // Asked while the page is there, as its end would close them; the server hears of it a little later.
      return { ...told, received, hasClosed: await comes(() => site.open() === 0) };
    },
    close: () => page.close(),
  };
}

const round = (value) => Math.round(value * 100) / 100;

function describeReadings(readings, per = 'minute') {
  const lines = Object.keys(readings[0]).map((measure) => {
    const values = readings.map((reading) => reading[measure]);
    const { slope, error } = slopeOf(values);
    return `${measure}: ${round(values[0])} to ${round(values.at(-1))}, ${round(slope)} ± ${round(error)} a ${per}`;
  });
  return lines.join('\n');
}

/** It did what it was to do: a page that hangs keeps nothing either. */
function assertBusy({ done }, rounds) {
  const { clicks, polls, echoes, events, jobs, dialogs } = done;
  assert.deepEqual(
    { clicks, polls, echoes, events, jobs, dialogs },
    { clicks: rounds, polls: 7 * rounds, echoes: 6 * rounds, events: 6 * rounds, jobs: 6 * rounds, dialogs: rounds },
  );
}

/** The same page for all tests but the long comparison: each goes on where the one before has left it. */
let busy;

test('a busy page keeps nothing of what it did, its store keeps its bounds, and every span is sent', async (t) => {
  busy = await openBusyPage();
  await busy.warmUp({ withPanel: true });
  // Once closed the panel keeps its rows, for when it is opened again: of few readings they would be growth.
  const readings = await busy.spend(MINUTES, { withPanel: LONG > 0 });
  const told = await busy.tell();
  t.diagnostic(`${MINUTES} minutes of ${ROUNDS} rounds after ${WARM_UP} to warm up\n${describeReadings(readings)}`);
  assertBusy(told, busy.rounds);
  assert.deepEqual(busy.faults, []);
  assert.deepEqual(told.overlong, [], 'every trace settles by itself');
  assert.deepEqual(told.losses, [], 'no span is lost');
  assert.equal(told.done.depth, 1, 'zones do not stand above each other');
  assert.ok(told.spans > 0.9 * MAX_SPANS && told.spans <= MAX_SPANS, `${told.spans} spans in a store of ${MAX_SPANS}`);
  assert.ok(told.hasClosed, 'sockets and streams are closed');

  const { recorded, exported, queued, stored, dropped } = told.stats;
  assert.deepEqual({ exported, queued, stored, dropped }, { exported: recorded, queued: 0, stored: 0, dropped: {} });
  assert.equal(told.received.spans, recorded, 'what was recorded has arrived');
  assert.equal(told.received.ids, recorded, 'each span once');
  assert.deepEqual(growthOf(readings, ALLOWED), []);
});

test('nothing is kept of a panel that is opened, looked at and closed', async (t) => {
  const readings = await busy.openPanel(OPENINGS);
  t.diagnostic(describeReadings(readings, 'time'));
  assert.deepEqual(growthOf(readings, halfOf(1)), []);
});

const grown = (readings, allowed = ALLOWED) => growthOf(readings, allowed).map(({ measure }) => measure);

test('the watch finds a node that is kept of each opening of the panel', async () => {
  const found = grown(await busy.openPanel(OPENINGS, 'nodes'), halfOf(1));
  assert.ok(found.includes('detached nodes'), `grown: ${found.join(', ') || 'nothing'}`);
});

/** What is kept on purpose in each round (see LEAKS of the page), and the measure that has to show it. */
const COUNTED = { nodes: 'detached nodes', zones: 'zones' };
/** What varies too much for a few readings. Of listeners it is the tasks that zone.js makes of them: their own number varies most. */
const SIZED = { objects: 'objects', listeners: 'tasks', spans: 'spans outside the store' };
/** Minutes until the store has let go of a span, which only then is one that something else keeps. */
const STORED = 12;

test('the watch finds a detached node and a chain of zones that are kept of each round', async (t) => {
  const readings = await busy.spend(LONG ? 10 : 3, { leaks: Object.keys(COUNTED) });
  t.diagnostic(describeReadings(readings));
  const found = grown(readings);
  assert.deepEqual(
    Object.values(COUNTED).filter((measure) => !found.includes(measure)),
    [],
  );
});

for (const [leak, measure] of Object.entries(SIZED)) {
  test(`the watch finds ${leak} that are kept of each round`, { skip: !LONG && 'in the long form only' }, async () => {
    if (leak === 'spans') await busy.spend(STORED, { leaks: [leak] });
    const found = grown(await busy.spend(12, { leaks: [leak] }));
    assert.ok(found.includes(measure), `grown: ${found.join(', ') || 'nothing'}`);
  });
}

test('it keeps no more than the same page without zonetrace', { skip: !LONG && 'in the long form only' }, async (t) => {
  await busy.close();
  const pages = {};
  for (const [name, query, minutes] of [
    ['closed', '', WARM_UP],
    ['bare', '?bare', 10],
  ]) {
    const page = await openBusyPage(query);
    await page.warmUp({ minutes });
    const readings = await page.spend(MINUTES);
    t.diagnostic(`${name}\n${describeReadings(readings)}`);
    assertBusy(await page.tell(), page.rounds);
    await page.close();
    pages[name] = { readings, time: page.time };
  }
  const perMinute = ({ time }, kind) => `${Math.round(time[kind] / time.minutes)} ms`;
  const cost = (kind) => `${perMinute(pages.closed, kind)} a minute with, ${perMinute(pages.bare, kind)} without`;
  t.diagnostic(`main thread: tasks ${cost('tasks')}; scripts ${cost('scripts')}`);
  const most = Object.entries(ALLOWED).map(([measure, allowed]) => {
    const { slope } = slopeOf(pages.bare.readings.map((reading) => reading[measure]));
    return [measure, allowed + Math.max(0, slope)];
  });
  assert.deepEqual(growthOf(pages.closed.readings, Object.fromEntries(most)), []);
});
