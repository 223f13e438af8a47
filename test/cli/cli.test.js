import assert from 'node:assert/strict';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { ClassicLevel } from 'classic-level';
import { History } from '../../dist/src/cli/history.js';
import { requestOf, startReceiver } from '../receiver/receiver-server.js';
import { makeFolder, readEvents, runCli, startCli } from './start-cli.js';

const GZIP = { 'Content-Encoding': 'gzip' };

/** A request of spans whose ids are nobody else's. */
let made = 0;
const oneMore = (count) => {
  const traceId = (++made).toString(16).padStart(32, '0');
  return { body: requestOf(count).replaceAll('5b8efff798038103d269b633813fc60c', traceId), traceId };
};

describe('the command line', () => {
  let kept;
  before(() => {
    kept = makeFolder();
  });
  after(() => kept.remove());

  it('tells its options and its version', async () => {
    const help = await runCli('--help');
    assert.equal(help.code, 0);
    for (const option of ['--port', '--host', '--data', '--forward', '--origin', '--version']) {
      assert.ok(help.out.includes(option), option);
    }
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    assert.deepEqual(await runCli('--version'), { code: 0, out: `${version}\n`, err: '' });
  });

  for (const [args, code, sentence] of [
    [['--prot', '1'], 2, /--prot is no option; --help lists the options/],
    [['--port', '70000'], 2, /--port is "70000"; give a number from 0 to 65535/],
    [['--port', '1e3'], 2, /--port is "1e3"/],
    [['--port', '65536'], 2, /--port is "65536"/],
    [['--port'], 2, /--port has no value/],
    [['--help=x'], 2, /--help has no value, or one that it does not take/],
    [['--forward', 'localhost:4319'], 2, /--forward is "localhost:4319"; give an address/],
    [['--origin', 'shop.test'], 2, /--origin is "shop.test"; give an address/],
    [['no-such-file.json'], 1, /no-such-file\.json could not be read; ENOENT/],
    [['package.json'], 1, /package\.json could not be read; this is none of OTLP JSON/],
    [['--data', 'package.json', '--port', '0'], 1, /spans cannot be kept in .*package\.json \(.*\); choose another/],
    [['--host', '203.0.113.7'], 1, /203\.0\.113\.7 is no address of this machine; give another/],
  ]) {
    it(`says in one sentence what is wrong with ${args.join(' ')}`, async () => {
      const data = args.includes('--data') ? [] : ['--data', join(kept.folder, 'unused')];
      const { code: exit, out, err } = await runCli(...data, ...args);
      assert.equal(exit, code);
      assert.equal(out, '');
      assert.match(err, sentence);
      assert.match(err, /^zonetrace: .+\n$/, 'one line, and no stack');
    });
  }

  it('keeps its spans by the custom of the system where it is told no folder', async (test) => {
    if (process.platform !== 'linux') return test.skip('the custom of another system');
    const { XDG_STATE_HOME } = process.env;
    process.env.XDG_STATE_HOME = kept.folder;
    const cli = await startCli(undefined);
    if (XDG_STATE_HOME === undefined) delete process.env.XDG_STATE_HOME;
    else process.env.XDG_STATE_HOME = XDG_STATE_HOME;
    const { mode } = statSync(join(kept.folder, 'zonetrace'));
    assert.equal(mode & 0o077, 0, 'nobody else reads it');
    assert.equal(await cli.end(), 0);
  });

  it('names a port and a folder that are in use, and stops at Ctrl+C with what there was', async () => {
    const cli = await startCli(kept.folder);
    const port = await runCli('--port', String(cli.port), '--data', join(kept.folder, 'other'));
    assert.equal(port.code, 1);
    assert.match(port.err, /^zonetrace: port \d+ is in use.*choose another with --port/);
    const folder = await runCli('--port', '0', '--data', kept.folder);
    assert.equal(folder.code, 1);
    assert.match(folder.err, /^zonetrace: another zonetrace keeps its spans in .*--data/);
    assert.equal((await cli.post(requestOf(3))).status, 200);
    assert.equal(await cli.end(), 0);
    assert.match(cli.printed, /received: 3, kept: 3/);
    assert.equal(cli.complaints, '');
  });
});

describe('what the command keeps', () => {
  let kept;
  before(() => {
    kept = makeFolder();
  });
  after(() => kept.remove());

  it('is there after it was killed in the middle and started again, all that it had acknowledged', async () => {
    const acknowledged = new Set();
    for (let round = 0; round < 3; round++) {
      const cli = await startCli(kept.folder);
      let isUp = true;
      const before = acknowledged.size;
      const send = async () => {
        while (isUp) {
          const { body, traceId } = oneMore(40);
          const response = await cli.post(gzipSync(body), GZIP).catch(() => undefined);
          if (response?.status === 200) acknowledged.add(traceId);
        }
      };
      const sending = Array.from({ length: 4 }, send);
      while (acknowledged.size < before + 100) await new Promise((resolve) => setTimeout(resolve, 5));
      assert.equal(await cli.end('SIGKILL'), 'SIGKILL');
      isUp = false;
      await Promise.all(sending);
    }
    const cli = await startCli(kept.folder);
    const { spans } = await readEvents(cli.url, (seen) => seen.spans.length >= seen.figures.kept);
    const there = new Map();
    for (const { record, service } of spans) {
      assert.equal(service, 'api');
      const { traceId } = record.context;
      there.set(traceId, (there.get(traceId) ?? 0) + 1);
    }
    assert.ok(acknowledged.size >= 300);
    for (const traceId of acknowledged) assert.equal(there.get(traceId), 40, `all spans of ${traceId}`);
    assert.equal(await cli.end(), 0);
  });

  it('is what a page is sent when it opens, then what comes; it is gone once it was cleared', async () => {
    const cli = await startCli(kept.folder);
    const before = await readEvents(cli.url, (seen) => seen.spans.length >= seen.figures.kept);
    const { body, traceId } = oneMore(2);
    let hasPosted = false;
    const live = await readEvents(cli.url, (seen) => {
      if (seen.spans.length === before.spans.length && !hasPosted) {
        hasPosted = true;
        void cli.post(body);
      }
      return seen.spans.at(-1)?.record.context.traceId === traceId;
    });
    assert.equal(live.spans.length, before.spans.length + 2);
    assert.equal((await fetch(`${cli.url}/spans`, { method: 'DELETE' })).status, 204);
    const { figures } = await readEvents(cli.url, (seen) => 'kept' in seen.figures);
    assert.equal(figures.kept, 0);
    assert.equal(await cli.end(), 0);
    const again = await startCli(kept.folder);
    assert.equal((await readEvents(again.url, (seen) => 'kept' in seen.figures)).figures.kept, 0);
    await again.end();
  });

  it('is bounded: the oldest spans go', async () => {
    const cli = await startCli(kept.folder);
    const first = oneMore(10);
    await cli.post(first.body);
    const body = gzipSync(requestOf(10_000));
    let sent = 10;
    while (sent <= 110_000) {
      const response = await cli.post(body, GZIP);
      const { partialSuccess } = await response.json();
      sent += 10_000 - Number(partialSuccess?.rejectedSpans ?? 0);
      if (partialSuccess) await new Promise((resolve) => setTimeout(resolve, 300));
    }
    const { figures, spans } = await readEvents(cli.url, (seen) => seen.spans.length >= seen.figures.kept);
    assert.equal(figures.received, sent);
    assert.ok(figures.kept <= 100_000 && figures.kept > 85_000, `${figures.kept} are kept`);
    assert.ok(!spans.some(({ record }) => record.context.traceId === first.traceId), 'the first one is gone');
    await cli.end();
  });

  it('is bounded in bytes, too', async () => {
    const folder = join(kept.folder, 'long');
    // As it would be after eight batches of 16 MB, which take seconds to write.
    const database = new ClassicLevel(join(folder, 'spans-1'));
    for (let i = 0; i < 8; i++) await database.put(`${String(i).padStart(12, '0')}:1:16000000`, `["${i}"]`);
    await database.close();
    const history = await History.open(folder);
    assert.deepEqual(history.stats, { spans: 8, bytes: 128_000_000 });
    const array = JSON.stringify(['8'.repeat(7_000_000)]);
    await history.add(array, 1);
    const first = [];
    for await (const each of history.read()) first.push(each[2]);
    assert.deepEqual(first, ['1', '2', '3', '4', '5', '6', '7', '8']);
    assert.deepEqual(history.stats, { spans: 8, bytes: 7 * 16_000_000 + array.length });
    await history.close();
  });
});

describe('the server of the command', () => {
  let kept;
  let cli;
  before(async () => {
    kept = makeFolder();
    const file = join(kept.folder, 'saved.json');
    writeFileSync(file, requestOf(7));
    cli = await startCli(join(kept.folder, 'data'), file, '--origin', 'https://shop.test');
  });
  after(async () => {
    await cli.end();
    kept.remove();
  });

  it('lets pages of localhost and of listed origins send, and those of elsewhere not', async () => {
    const statusOf = async (Origin) => (await cli.post(requestOf(1), { Origin })).status;
    assert.equal(await statusOf('http://localhost:5173'), 200);
    assert.equal(await statusOf('https://shop.test'), 200);
    assert.equal(await statusOf('https://elsewhere.test'), 403);
  });

  it('shows nothing to a page of elsewhere, nor under a name that was pointed here', async () => {
    const get = (path, headers, method = 'GET') =>
      new Promise((resolve, reject) => {
        const request = httpRequest(`${cli.url}${path}`, { headers, method }, (response) => {
          response.resume();
          resolve(response);
          request.destroy();
        });
        request.on('error', reject).end();
      });
    for (const name of ['elselocalhost', 'localhost.rebound.test', '127.0.0.1.rebound.test']) {
      assert.equal((await get('/', { Host: name })).statusCode, 403, name);
    }
    for (const name of ['shop.localhost', '[::1]', 'LOCALHOST']) {
      assert.equal((await get('/', { Host: `${name}:${cli.port}` })).statusCode, 200, name);
    }
    for (const path of ['/', '/events', '/files/0']) {
      assert.equal((await get(path, { Host: 'rebound.test' })).statusCode, 403, path);
      const answer = await get(path, { Host: `localhost:${cli.port}`, Origin: 'https://elsewhere.test' });
      assert.equal(answer.statusCode, 200);
      assert.equal(answer.headers['access-control-allow-origin'], undefined);
    }
    assert.equal((await get('/spans', { Host: 'rebound.test' }, 'DELETE')).statusCode, 403);
    assert.equal((await get('/spans', { Origin: 'https://elsewhere.test' }, 'OPTIONS')).statusCode, 405);
    assert.equal((await get('/../package.json', {})).statusCode, 404);
    assert.equal((await get('/files/1', {})).statusCode, 404);
  });

  it('listens at this machine alone, by both of its addresses', async () => {
    const isThere = (host) =>
      fetch(`http://${host}:${cli.port}/`).then(
        ({ ok }) => ok,
        () => false,
      );
    const addresses = Object.values(networkInterfaces()).flat();
    assert.equal(await isThere('127.0.0.1'), true);
    assert.equal(
      await isThere('[::1]'),
      addresses.some(({ address }) => address === '::1'),
    );
    // Somebody who listens at all addresses listens at this one, which is of no other use.
    assert.equal(await isThere('127.0.0.2'), false);
    for (const { address } of addresses.filter(({ internal, family }) => !internal && family === 'IPv4')) {
      assert.equal(await isThere(address), false, address);
    }
  });

  it('shows itself to twenty pages at once', async () => {
    const open = async () => {
      const stop = new AbortController();
      const { status } = await fetch(`${cli.url}/events`, { signal: stop.signal });
      return { status, close: () => stop.abort() };
    };
    const pages = [];
    for (let i = 0; i < 21; i++) pages.push(await open());
    assert.deepEqual(
      pages.map(({ status }) => status),
      [...Array(20).fill(200), 503],
    );
    pages[0].close();
    let next = await open();
    while (next.status === 503) next = await open();
    for (const { close } of [...pages, next]) close();
  });

  it('serves the files that it was given', async () => {
    assert.deepEqual(await (await fetch(`${cli.url}/files`)).json(), ['saved.json']);
    assert.equal(await (await fetch(`${cli.url}/files/0`)).text(), requestOf(7));
  });

  it('sends everything on where it is told to', async () => {
    const collector = await startReceiver();
    const other = await startCli(join(kept.folder, 'forwarding'), '--forward', collector.url);
    await other.post(requestOf(5));
    const { figures } = await readEvents(other.url, (seen) => seen.figures['requests forwarded'] === 1);
    assert.equal(figures['requests not forwarded'], 0);
    assert.equal(collector.spans.length, 5);
    await other.end();
    await collector.close();
  });
});
