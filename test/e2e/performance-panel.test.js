import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { it } from 'node:test';
import { launch } from './spans-page.js';

const SCRIPT = readFileSync(new URL('../../dist/zonetrace.script.js', import.meta.url), 'utf8');

it("spans stand in the recording of Chromium's own Performance panel, on a track of their trace", async () => {
  const browser = await launch('chromium');
  try {
    const page = await browser.newPage();
    await page.setContent(`<script data-start="false">${SCRIPT.replaceAll('</script', '<\\/script')}</script>`);
    await page.tracing.start({ categories: ['devtools.timeline'] });
    const took = await page.evaluate(async () => {
      const { PerformancePanelExporter, startSpan, startTracing } = window.zonetrace;
      const tracing = startTracing({ exporters: [new PerformancePanelExporter()], instrument: false, panel: false });
      const parent = startSpan('parent', { root: true });
      const child = startSpan('child', { parent, kind: 'CLIENT' });
      await new Promise(requestAnimationFrame);
      child.recordException(new Error('no')).end();
      parent.end();
      await tracing.stop();
      return [child, parent].map(({ startTime, endTime }) => endTime - startTime);
    });
    const { traceEvents } = JSON.parse(Buffer.from(await page.tracing.stop()).toString());
    const seen = traceEvents
      .filter(({ name, args }) => name === 'TimeStamp' && args.data.trackGroup === 'zonetrace')
      .map(({ args }) => args.data);
    assert.deepEqual(
      seen.map(({ name, track, color }) => [name, track, color]),
      [
        ['child', 'parent', 'error'],
        ['parent', 'parent', 'primary'],
      ],
    );
    for (const [at, { start, end }] of seen.entries()) {
      const ms = (end - start) / 1000;
      assert.ok(Math.abs(ms - took[at]) < 0.1, `${ms} ms in the recording, ${took[at]} ms in the span`);
    }
  } finally {
    await browser.close();
  }
});
