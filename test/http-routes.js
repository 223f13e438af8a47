import { gzipSync } from 'node:zlib';

/** What was asked for, by the `log` of the query; a test asks for its own with `/test-server/http-log?log=…`. */
const seen = new Map();

/** How often an address was asked. */
const counts = new Map();

/** Headers that browsers add by themselves and in their own ways. */
const OF_THE_BROWSER =
  /^(accept|accept-encoding|accept-language|connection|host|user-agent|sec-.*|priority|pragma|cache-control|upgrade-insecure-requests|dnt|te)$/;

async function readAll(request) {
  const chunks = [];
  try {
    for await (const chunk of request) chunks.push(chunk);
  } catch {
    // The page has called it off.
  }
  return Buffer.concat(chunks).toString('latin1');
}

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, Number(ms)));

/**
 * An answer that the query describes:
 * `status`; `header` (`name: value`, repeatable); `body`; `gzip`; `to` (redirect); `delay` (ms before the headers);
 * `rest` (ms between the first half of the body and the second); `break` (the connection ends after so many ms, the body
 * has begun); `dead` (it ends without an answer); `unread` (the body is not read, and nothing answered); `endless` (a chunk each so many ms); `no-cors` and `no-timing` leave these headers out; `log` keeps what
 * was asked for.
 */
export async function answer({ req, res, query, method }) {
  const list = (name) => [query[name] ?? []].flat();
  const cors = {
    'Access-Control-Allow-Origin': '*',
    'Access-Control-Allow-Headers': query.allow ?? '*',
    'Access-Control-Allow-Methods': '*',
  };
  const body = 'unread' in query ? '' : await readAll(req);
  if (query.log) {
    const headers = Object.entries(req.headers).filter(([name]) => !OF_THE_BROWSER.test(name));
    const entry = { method, body, headers: Object.fromEntries(headers.sort()), url: req.url.replace(/&log=[^&]*/, '') };
    seen.set(query.log, [...(seen.get(query.log) ?? []), entry]);
  }
  if ('unread' in query) return;
  if (method === 'OPTIONS') {
    res.writeHead(204, cors).end();
    return;
  }
  const count = (counts.get(req.url) ?? 0) + 1;
  counts.set(req.url, count);
  if (query.count) await wait(Math.max(0, 5 - count) * Number(query.count));
  if (query.delay) await wait(query.delay);
  if (query.dead) {
    res.destroy();
    return;
  }
  const text = query.count ? String(count) : (query.body ?? 'hello');
  const content = query.gzip ? gzipSync(text) : text;
  res.writeHead(Number(query.status ?? (query.to ? 302 : 200)), {
    'Content-Type': 'text/plain',
    'Cache-Control': 'no-store',
    ...('no-cors' in query ? {} : cors),
    ...('no-timing' in query ? {} : { 'Timing-Allow-Origin': '*' }),
    ...(query.count ? { 'Server-Timing': `count;dur=${count}` } : {}),
    ...(query.gzip ? { 'Content-Encoding': 'gzip' } : {}),
    ...(query.to ? { Location: query.to } : {}),
    ...Object.fromEntries(list('header').map((line) => line.split(/: (.*)/, 2))),
  });
  if (query.endless) {
    const timer = setInterval(() => res.write('more,'), Number(query.endless));
    res.on('close', () => clearInterval(timer));
    res.write('more,');
  } else if (query.break) {
    res.write(content);
    setTimeout(() => res.destroy(), Number(query.break));
  } else if (query.rest) {
    res.write(content.slice(0, content.length / 2));
    await wait(query.rest);
    res.end(content.slice(content.length / 2));
  } else res.end(content);
}

/** With `keep`, it is there for the next one, too. */
export function answerLog({ query }) {
  const entries = seen.get(query.log) ?? [];
  if (!('keep' in query)) seen.delete(query.log);
  return entries;
}
