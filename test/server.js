/** Answers of the test server that the tests need; everything else is served from the tree. */
export async function testServer(context, next) {
  if (!context.path.startsWith('/test-server/')) return next();
  context.set('Access-Control-Allow-Origin', '*');
  context.set('Access-Control-Allow-Headers', '*');
  context.set('Timing-Allow-Origin', '*');
  context.set('Cache-Control', 'no-store');
  if (context.method === 'OPTIONS') {
    context.status = 204;
    return undefined;
  }
  switch (context.path.slice('/test-server/'.length)) {
    case 'config':
      context.body = {
        fuzzPrograms: Number(process.env.FUZZ_PROGRAMS ?? 1000),
        fuzzSeed: process.env.FUZZ_SEED === undefined ? undefined : Number(process.env.FUZZ_SEED),
      };
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
    case 'slow-body':
      return slowBody(context);
    default:
      context.status = 404;
      return undefined;
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
