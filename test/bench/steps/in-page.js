import { withPage } from '../pages.js';
import { DISPATCHES, ROWS, TRACERS } from '../rows.js';

/** Spans that a page makes before their code is compiled. */
const FIRST = 1000;

/** Benchmarks whose page keeps every span of a trace. */
const isOfGrowth = (benchmark) => /^(spans|open)\d/.test(benchmark);

/** One repetition of every wanted benchmark that a page measures by itself, in fresh pages. */
export async function measureInPage(run, { name, column = name, kind }) {
  const suffix = kind === 'interaction' ? 'Traced' : '';
  const wanted = new Set();
  for (const { key, measure, contenders = [name] } of ROWS) {
    if (!suffix && measure && run.isWanted(key) && contenders.includes(name)) wanted.add(measure);
  }
  if (suffix) for (const dispatch of DISPATCHES) if (run.isWanted(dispatch + suffix)) wanted.add(dispatch);
  if (!suffix && run.isWanted('emptyFirst') && TRACERS.includes(name)) {
    const ns = await withPage(run.browser, `${run.address}/${name}`, (page) =>
      page.evaluate(async (n) => await globalThis.bench.first('empty', n), FIRST),
    );
    run.note(column, 'emptyFirst', ns / 1000);
  }
  const wantsContext = !suffix && run.isWanted('context');
  if (wanted.size === 0 && !wantsContext) return;
  if (!suffix) wanted.add('floor');
  const names = [...wanted];
  const url = `${run.address}/${name}`;
  const results = await measureIn(
    run,
    url,
    names.filter((benchmark) => !isOfGrowth(benchmark)),
    wantsContext,
  );
  const growth = names.filter(isOfGrowth);
  if (growth.length > 0) Object.assign(results.measured, (await measureIn(run, `${url}?growth`, growth)).measured);
  run.note(column, 'context', results.context);
  const { floor } = results.measured;
  for (const [benchmark, { ns, drainedNs, told }] of Object.entries(results.measured)) {
    run.note(column, benchmark + suffix, ns / 1000, told);
    if (drainedNs !== undefined) run.note(column, `${benchmark}Drained`, drainedNs / 1000, told);
    if (floor && name !== 'bare') run.note(column, `${benchmark}Ratio`, ns / floor.ns, told);
  }
}

function measureIn({ browser, isQuick }, url, names, wantsContext = false) {
  return withPage(browser, url, async (page) => ({
    // As text: WebDriver BiDi (Firefox) hands over only the upper levels of an object.
    measured: JSON.parse(
      await page.evaluate(
        async (wanted, quick) => JSON.stringify(await globalThis.bench.measure(wanted, quick)),
        names,
        isQuick,
      ),
    ),
    context: wantsContext ? await page.evaluate(async () => await globalThis.bench.context()) : undefined,
  }));
}
