import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Hub } from '../../dist/src/receiver/hub.js';

/** A page that notes what it is sent. */
function makePage(waiting = 0) {
  const messages = [];
  return { messages, send: (spans) => messages.push(spans), waiting: () => waiting };
}

const spansOf = (count, from = 0) => Array.from({ length: count }, (_, i) => ({ record: from + i, service: 'api' }));

const count = (messages) => messages.reduce((sum, spans) => sum + spans.length, 0);

async function sent(page, messages = 1) {
  const end = Date.now() + 10_000;
  while (page.messages.length < messages && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.equal(page.messages.length, messages);
}

describe('spans on their way to the pages', () => {
  it('of several requests go to all pages in one message, in order', async () => {
    const pages = [makePage(), makePage()];
    const hub = new Hub(() => pages, assert.fail);
    for (let i = 0; i < 10; i++) hub.add(spansOf(10, i * 10), 1000);
    await sent(pages[0]);
    for (const { messages } of pages) assert.deepEqual(messages, [spansOf(100)]);
    assert.equal(hub.stats.dropped, 0);
    hub.close();
  });

  it('wait for a page that opens later: the last 2,000 of them, and 4 MiB', () => {
    const hub = new Hub(
      () => [],
      () => {},
    );
    for (let i = 0; i < 50; i++) hub.add(spansOf(100, i * 100), 1000);
    const late = makePage();
    hub.greet(late);
    assert.deepEqual(late.messages, [spansOf(2000, 3000)]);
    for (let i = 0; i < 10; i++) hub.add(spansOf(1, i), 1024 * 1024);
    const later = makePage();
    hub.greet(later);
    assert.deepEqual(later.messages, [spansOf(4, 6)]);
    hub.close();
  });

  it('that are more than a message holds are dropped, the oldest ones, and counted', async () => {
    const page = makePage();
    const warnings = [];
    const hub = new Hub(
      () => [page],
      (message) => warnings.push(message),
    );
    for (let i = 0; i < 30; i++) hub.add(spansOf(1000), 1000);
    hub.add(spansOf(7000), 1000);
    await sent(page);
    assert.ok(count(page.messages) <= 5000);
    assert.equal(count(page.messages) + hub.stats.dropped, 37_000);
    assert.equal(warnings.length, 1);
    hub.close();
  });

  it('pass by a page that takes none, and are counted', async () => {
    const [stopped, open] = [makePage(17 * 1024 * 1024), makePage()];
    const hub = new Hub(
      () => [stopped, open],
      () => {},
    );
    hub.add(spansOf(3), 100);
    await sent(open);
    assert.equal(stopped.messages.length, 0);
    assert.equal(hub.stats.dropped, 3);
    hub.close();
  });
});
