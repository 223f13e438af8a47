import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { it } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

it('can be imported on a server, where it patches nothing and says that it does not trace', () => {
  const script = `
    const before = [setTimeout, Promise, Promise.prototype.then, queueMicrotask, fetch];
    const { getCurrentSpan, startTracing, withSpan } = await import('./dist/src/index.js');
    const tracing = startTracing({ service: 'shop', panel: 'open' });
    const nested = withSpan('outer', () => withSpan('inner', (span) => span.parent?.name));
    await withSpan('async', async () => {});
    await tracing.stop();
    const after = [setTimeout, Promise, Promise.prototype.then, queueMicrotask, fetch];
    console.log(JSON.stringify([nested, getCurrentSpan() === undefined, after.every((each, i) => each === before[i]), 'Zone' in globalThis]));
  `;
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    cwd: root,
    encoding: 'utf8',
  });
  assert.equal(stdout.trim(), '["outer",true,true,false]', stderr);
  assert.match(stderr, /zonetrace: startTracing was called outside of a page and does nothing; call it in the browser/);
  assert.equal(status, 0);
});
