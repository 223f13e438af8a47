import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, before, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { requestOf } from '../receiver/receiver-server.js';
import { makeFolder, readEvents, startCli } from './start-cli.js';

/** `LOAD_SECONDS=30` for the long form, which prints its figures. */
const SECONDS = Number(process.env.LOAD_SECONDS ?? 3);
const PER_SECOND = 10_000;

/** Spans of a request: the batch that an SDK sends. */
const BATCH = 500;

const SENT = SECONDS * PER_SECOND;

/** Far above what it takes (some 200 MB with Node itself), far below what the spans of 30 s take. */
const MAX_MEMORY = 500e6;

/** Bytes that a process holds. */
const memoryOf = (pid) =>
  1024 * Number(spawnSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' }).stdout);

describe(`${PER_SECOND} spans a second for ${SECONDS} s, a page open`, { skip: process.platform === 'win32' }, () => {
  let kept;
  before(() => {
    kept = makeFolder();
  });
  after(() => kept.remove());

  it('leave the memory bounded, and each span accounted for', async () => {
    const cli = await startCli(kept.folder);
    const body = gzipSync(requestOf(BATCH, 300));
    const totals = { rejected: 0, most: memoryOf(cli.pid) };
    const atRest = totals.most;
    const shown = readEvents(
      cli.url,
      // Shown, or counted as not shown.
      ({ figures, spans }) =>
        figures.received + figures['rejected: too many a second'] === SENT &&
        spans.length + figures['not shown: too many at once'] === figures.received,
      AbortSignal.timeout((SECONDS + 60) * 1000),
    );
    const began = performance.now();
    const open = new Set();
    const send = async () => {
      const response = await cli.post(body, { 'Content-Encoding': 'gzip' });
      assert.equal(response.status, 200);
      totals.rejected += Number((await response.json()).partialSuccess?.rejectedSpans ?? 0);
    };
    for (let i = 0; i < SENT / BATCH; i++) {
      const due = began + (i * BATCH * 1000) / PER_SECOND;
      const early = due - performance.now();
      if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
      // A machine that is slower gets them slower: what is asked here is what becomes of each.
      while (open.size >= 50) await Promise.race(open);
      const sending = send().finally(() => open.delete(sending));
      open.add(sending);
      if (i % 10 === 0) totals.most = Math.max(totals.most, memoryOf(cli.pid));
    }
    await Promise.all(open);
    const seconds = (performance.now() - began) / 1000;
    const { figures, spans } = await shown;
    totals.most = Math.max(totals.most, memoryOf(cli.pid));
    const { received, kept: onDisk } = figures;
    assert.equal(figures['rejected: too many a second'], totals.rejected);
    assert.ok(onDisk <= 100_000 && onDisk > Math.min(received, 100_000) - BATCH, `${onDisk} are kept`);
    assert.ok(totals.most < MAX_MEMORY, `the process held ${totals.most} bytes`);
    if (process.env.LOAD_SECONDS) {
      const mb = (bytes) => `${Math.round(bytes / 1e6)} MB`;
      console.log(
        `${SENT} spans in ${seconds.toFixed(1)} s (${Math.round(SENT / seconds)} a second): ` +
          `${totals.rejected} rejected, ${received} received, ${spans.length} shown, ${onDisk} kept; ` +
          `memory ${mb(atRest)} at rest, ${mb(totals.most)} at most`,
      );
    }
    assert.equal(await cli.end(), 0);
  });
});
