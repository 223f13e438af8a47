import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import { createServer } from 'vite';
import { zonetrace } from '../../dist/src/vite/index.js';
import { startCli } from '../cli/start-cli.js';
import { hostileBodies } from './hostile-bodies.js';
import { requestOf } from './receiver-server.js';

/** As createReceiver has it. */
const LIMIT = 8 * 1024 * 1024;

const HOSTS = [
  ["Vite's dev server", startVite],
  ['npx zonetrace', async (folder) => startCli(join(folder, 'kept'))],
];

async function startVite(root) {
  const warnings = [];
  const logger = {
    info() {},
    warn: (text) => warnings.push(text),
    warnOnce() {},
    error: (text) => warnings.push(text),
  };
  const server = await createServer({
    root,
    configFile: false,
    customLogger: { ...logger, clearScreen() {}, hasErrorLogged: () => false, hasWarned: false },
    plugins: [zonetrace()],
    server: { port: 0, host: '127.0.0.1' },
  });
  await server.listen();
  return {
    url: `http://127.0.0.1:${server.httpServer.address().port}`,
    get complaints() {
      return warnings.filter((text) => text.startsWith('zonetrace:')).join('\n');
    },
    end: () => server.close(),
  };
}

for (const [name, start] of HOSTS) {
  describe(`the receiver of ${name}`, () => {
    let folder;
    let host;
    before(async () => {
      folder = mkdtempSync(join(tmpdir(), 'zonetrace-host-'));
      host = await start(folder);
    });
    after(async () => {
      await host?.end();
      rmSync(folder, { recursive: true, force: true });
    });

    const post = (body, headers = {}) =>
      fetch(`${host.url}/v1/traces`, {
        method: 'POST',
        body,
        headers: { 'Content-Type': 'application/json', ...headers },
      });

    for (const [encoding, Exporter] of [
      ['JSON', JsonExporter],
      ['protobuf', ProtobufExporter],
    ]) {
      for (const compression of ['none', 'gzip']) {
        it(`takes what a real SDK sends as ${encoding}, compression ${compression}`, async () => {
          const memory = new InMemorySpanExporter();
          const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(memory)] });
          provider.getTracer('test').startSpan('GET /').end();
          const exporter = new Exporter({ url: `${host.url}/v1/traces`, compression });
          const result = await new Promise((resolve) => exporter.export(memory.getFinishedSpans(), resolve));
          assert.equal(result.code, 0, String(result.error));
          await exporter.shutdown();
          await provider.shutdown();
        });
      }
    }

    it('refuses hostile bodies with the right status, says nothing of them, and goes on', async () => {
      for (const [what, body, headers, status] of hostileBodies(LIMIT)) {
        const response = await post(body, headers);
        await response.arrayBuffer();
        assert.equal(response.status, status, what);
      }
      assert.equal((await post(requestOf(1))).status, 200);
      assert.equal(host.complaints, '');
    });
  });
}
