/** Pages and resources whose load is traced: their query says what is in them. */
export async function servePage(context) {
  const { query } = context;
  switch (context.path.slice('/test-server/page/'.length)) {
    case 'document':
      if (query.timing) context.set('Server-Timing', query.timing);
      context.type = 'html';
      context.body = document(query);
      return undefined;
    case 'traced-page.js':
      return serveBundled(context, 'test/fixtures/traced-page.ts');
    case 'core.js':
      return serveBundled(context, 'test/fixtures/faults/core.ts');
    case 'traced-worker.js':
      return serveBundled(context, 'test/fixtures/worker/traced.ts');
    case 'redirect':
      await delay(30);
      context.redirect(`/test-server/page/document?${context.querystring}`);
      return undefined;
    case 'resource.js':
      return resource(context);
    default:
      context.status = 404;
      return undefined;
  }
}

const delay = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** With `traced`, tracing starts in it; `meta` and `late-meta`: a traceparent before and behind the script that does. */
function document(query) {
  const meta = (content) => (content === undefined ? '' : `<meta name="traceparent" content="${content}">`);
  const resources = [query.resource ?? []].flat().map((each) => `<img src="${each}" alt="">`);
  const many = Array.from(
    { length: Number(query.many ?? 0) },
    (_, i) => `<img src="resource.js?status=404&i=${i}" alt="">`,
  );
  return `<!doctype html><html><head><title>a page</title>
    ${meta(query.meta)}
    ${query.traced === undefined ? '' : '<script type="module" src="traced-page.js"></script>'}
    ${meta(query['late-meta'])}
    </head><body>
    <button id="go" type="button">Go</button><a id="link" href="/test-server/page/linked">Link</a>
    ${resources.join('')}${many.join('')}</body></html>`;
}

const bundled = new Map();

/** In one file: a page of the tests is there as soon as one of a user's. */
async function serveBundled(context, entry) {
  const { bundle } = await import('./bench/bundle.js');
  const external = [/panel\/(history\/index|index|launcher)\.js$/];
  if (!bundled.has(entry)) bundled.set(entry, bundle(entry, { minify: false, inline: true, external }));
  context.type = 'text/javascript';
  context.body = await bundled.get(entry);
}

/** `status`, `timing` (Server-Timing), `cached`, `delay` in ms, and `endless`: its headers come and nothing else. */
async function resource(context) {
  const { status = 200, timing, cached, delay: ms = 0, endless } = context.query;
  if (endless !== undefined) {
    context.respond = false;
    context.res.writeHead(200, { 'Content-Type': 'image/png' });
    context.res.write('.');
    return;
  }
  await delay(Number(ms));
  if (timing) context.set('Server-Timing', timing);
  if (cached !== undefined) context.set('Cache-Control', 'max-age=600');
  context.type = 'text/javascript';
  context.body = `// ${'x'.repeat(1000)}`;
  context.status = Number(status);
}
