import { existsSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { startFaultServer } from './fault-server.js';
import { answer, answerLog } from './http-routes.js';
import { servePage } from './page-server.js';
import { sendEvents } from './sockets.js';

const STRICT = "script-src 'self'; style-src 'self'; require-trusted-types-for 'script'";
const POLICIES = { strict: STRICT, noPolicies: `${STRICT}; trusted-types 'none'` };

/** Answers of the test server that the tests need; everything else is served from the tree. */
export async function testServer(context, next) {
  // The same tree under another address: the modules there are a second copy.
  if (context.path.startsWith('/second-copy/')) context.url = context.url.slice('/second-copy'.length);
  const policy = POLICIES[context.query.csp];
  if (policy) context.set('Content-Security-Policy', policy);
  if (!context.path.startsWith('/test-server/')) return serveTree(context, next);
  if (context.path.startsWith('/test-server/http/')) {
    context.respond = false;
    return answer(context);
  }
  context.set('Access-Control-Allow-Origin', '*');
  context.set('Access-Control-Allow-Headers', '*');
  context.set('Timing-Allow-Origin', '*');
  context.set('Cache-Control', 'no-store');
  if (context.method === 'OPTIONS') {
    context.status = 204;
    return undefined;
  }
  if (context.path.startsWith('/test-server/bundle/')) return serveBundle(context);
  if (context.path.startsWith('/test-server/page/')) return servePage(context);
  switch (context.path.slice('/test-server/'.length)) {
    case 'config':
      context.body = {
        fuzzPrograms: Number(process.env.FUZZ_PROGRAMS ?? 5000),
        fuzzSeed: process.env.FUZZ_SEED === undefined ? undefined : Number(process.env.FUZZ_SEED),
        memoryRounds: Number(process.env.MEMORY_ROUNDS ?? 5000),
      };
      return undefined;
    case 'http-log':
      context.body = answerLog(context);
      return undefined;
    case 'headers':
      context.body = context.headers;
      return undefined;
    case 'status':
      context.status = Number(context.query.code);
      context.body = { code: context.query.code };
      return undefined;
    case 'redirect':
      context.redirect('/test-server/headers');
      return undefined;
    case 'otlp':
      return receive(context);
    case 'faults':
      faults ??= startFaultServer();
      context.body = (await faults).address;
      return undefined;
    case 'events':
      return sendEvents(context);
    case 'decode-otlp':
      return decode(context);
    case 'slow-body':
      return slowBody(context);
    case 'gate':
      return gate(context);
    default:
      context.status = 404;
      return undefined;
  }
}

/** Modules stay as they are while the tests run once, and each test file and frame asks for a hundred of them. */
async function serveTree(context, next) {
  await next();
  const isModule = /^\/(node_modules|src|panel)\/.*\.(ts|m?js)$/.test(context.path);
  if (isModule && context.status === 200 && !process.argv.includes('--watch')) {
    context.set('Cache-Control', 'max-age=600');
  }
}

const bundles = new Map();

/** A module of test/fixtures/compat with the packages it uses, CommonJS and Svelte too, in one file. */
async function serveBundle(context) {
  const name = /\/bundle\/([\w-]+)\.js$/.exec(context.path)?.[1];
  const { bundle } = await import('./bench/bundle.js');
  if (!bundles.has(name)) {
    const folder = 'test/fixtures/compat';
    const places = ['apps/%.ts', 'libraries/%.cjs', 'libraries/%.ts', '%.ts'].map(
      (each) => `${folder}/${each.replace('%', name)}`,
    );
    const path = places.find((place) => existsSync(new URL(`../${place}`, import.meta.url)));
    bundles.set(name, bundle(path, { minify: false, inline: true, plugins: [compileSvelte] }));
  }
  context.type = 'text/javascript';
  context.body = await bundles.get(name);
}

/** The server that fails as it is told; it ends with the tests. */
let faults;

const compileSvelte = {
  name: 'svelte',
  async transform(code, id) {
    if (!id.endsWith('.svelte')) return undefined;
    const { compile } = await import('svelte/compiler');
    return { code: compile(code, { filename: id, generate: 'client', css: 'injected' }).js.code, map: null };
  },
};

const received = [];

/** An OTLP receiver that keeps what it gets: POST takes, GET answers, DELETE forgets. */
async function receive(context) {
  if (context.method === 'DELETE') received.length = 0;
  if (context.method === 'POST') {
    const chunks = [];
    for await (const chunk of context.req) chunks.push(chunk);
    const { 'content-encoding': encoding, traceparent } = context.headers;
    const bytes = Buffer.concat(chunks);
    received.push({ encoding, traceparent, body: JSON.parse(encoding === 'gzip' ? gunzipSync(bytes) : bytes) });
    context.body = { partialSuccess: {} };
  } else context.body = { requests: received };
}

/** What an independent decoder makes of an OTLP document; a list of them at once. */
async function decode(context) {
  const chunks = [];
  for await (const chunk of context.req) chunks.push(chunk);
  const { decodeOtlp } = await import('./otlp-decode.js');
  try {
    context.body = JSON.stringify(JSON.parse(Buffer.concat(chunks)).map(decodeOtlp));
  } catch (error) {
    context.status = 400;
    context.body = String(error.stack);
  }
}

/** Headers at once, the rest of the body 150 ms later. */
async function slowBody(context) {
  const { res } = context;
  context.respond = false;
  res.writeHead(200, { 'Content-Type': 'text/plain' });
  res.write('first,');
  await new Promise((resolve) => setTimeout(resolve, 150));
  res.end('last');
}

const gates = new Map();

/** Headers and half of the body at once; the rest when the same address is asked by POST. */
async function gate(context) {
  const { res, url } = context;
  if (context.method === 'POST') {
    gates.get(url.replace('&open', ''))?.end('last');
    context.status = 204;
    return;
  }
  context.respond = false;
  res.writeHead(200, { 'Content-Type': 'text/plain' });
  res.write('first,');
  gates.set(url, res);
  res.on('close', () => gates.delete(url));
}
