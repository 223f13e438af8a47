/**
 * Reads what a page keeps, and tells growth from noise: each reading follows a forced collection, and what a measure grows by
 * is the slope of a line through all of them.
 * @module
 */

/** Runs in the page, on all of its objects: how many there are of what must not gather. */
function countObjects(objects) {
  const { Zone, zonetrace } = window;
  const task = Zone?.root.scheduleEventTask(
    'probe',
    () => {},
    {},
    () => {},
    () => {},
  );
  const classes = { zones: Zone, tasks: task?.constructor, spans: zonetrace?.Span, traces: zonetrace?.Trace };
  const counts = { promises: 0, workers: 0, zones: 0, tasks: 0, spans: 0, traces: 0 };
  for (const object of objects) {
    if (object instanceof Promise) counts.promises++;
    else if (object instanceof Worker) counts.workers++;
    // Those of which it is not known yet whether they are any go with the last events, sooner or later.
    else if (object.tentative !== true)
      for (const name in classes) if (classes[name] && object instanceof classes[name]) counts[name]++;
  }
  const { spans, ...others } = counts;
  return { ...others, 'spans outside the store': spans - (window.busy.tracing?.store.size ?? 0) };
}

/** Of the types of a heap snapshot: what the engine makes of scripts, more of it whenever it compiles. */
const CODE = ['code', 'object shape'];
/** What the browser holds outside of the scripts' heap. */
const BROWSER = ['native', 'synthetic', 'hidden'];

/** What scripts hold (objects, functions, arrays, texts), and what the engine makes of the scripts, in KB. */
function weigh({ snapshot, nodes }) {
  const { node_fields: fields, node_types: types } = snapshot.meta;
  const sizeAt = fields.indexOf('self_size');
  const typeAt = fields.indexOf('type');
  const sizes = { objects: 0, code: 0 };
  for (let i = 0; i < nodes.length; i += fields.length) {
    const type = types[typeAt][nodes[i + typeAt]];
    if (CODE.includes(type)) sizes.code += nodes[i + sizeAt] / 1024;
    else if (!BROWSER.includes(type)) sizes.objects += nodes[i + sizeAt] / 1024;
  }
  return sizes;
}

/** Watches a page of Puppeteer's in Chromium. */
export async function watchHeap(page) {
  const session = await page.createCDPSession();
  await session.send('Performance.enable');
  await session.send('DOM.enable');

  /** Once for all classes: the browser collects everything before it answers, which takes a while. */
  async function count() {
    const objectGroup = 'heap watch';
    const { result } = await session.send('Runtime.evaluate', { expression: 'Object.prototype', objectGroup });
    const { objects } = await session.send('Runtime.queryObjects', { prototypeObjectId: result.objectId, objectGroup });
    const { result: counts } = await session.send('Runtime.callFunctionOn', {
      objectId: objects.objectId,
      functionDeclaration: `function () { return (${countObjects})(this); }`,
      returnByValue: true,
    });
    await session.send('Runtime.releaseObjectGroup', { objectGroup });
    return counts.value;
  }

  async function readDocument() {
    const { documents, nodes, jsEventListeners } = await session.send('Memory.getDOMCounters');
    const { detachedNodes } = await session.send('DOM.getDetachedDomNodes');
    return { documents, nodes, 'detached nodes': detachedNodes.length, listeners: jsEventListeners };
  }

  async function takeSnapshot() {
    const chunks = [];
    const take = ({ chunk }) => chunks.push(chunk);
    session.on('HeapProfiler.addHeapSnapshotChunk', take);
    await session.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
    session.off('HeapProfiler.addHeapSnapshotChunk', take);
    return JSON.parse(chunks.join(''));
  }

  return {
    /** What is there once all that can be collected is. Sizes in KB; `weighs`: also by kind, which takes a second. */
    async read({ weighs = false } = {}) {
      const counts = await count();
      await session.send('HeapProfiler.collectGarbage');
      const { usedSize, embedderHeapUsedSize, backingStorageSize } = await session.send('Runtime.getHeapUsage');
      return {
        heap: usedSize / 1024,
        ...(weighs ? weigh(await takeSnapshot()) : {}),
        buffers: backingStorageSize / 1024,
        documentHeap: embedderHeapUsedSize / 1024,
        ...(await readDocument()),
        ...counts,
      };
    },
    /** ms of the page's main thread so far: all of its tasks, and the scripts among them. */
    async readTime() {
      const { metrics } = await session.send('Performance.getMetrics');
      const { TaskDuration, ScriptDuration } = Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
      return { tasks: TaskDuration * 1000, scripts: ScriptDuration * 1000 };
    },
  };
}

/**
 * The line through the values of a measure by least squares: what it grows by from one reading to the next, and the standard
 * error of that.
 *
 * @param {readonly number[]} values
 */
export function slopeOf(values) {
  const count = values.length;
  const middle = (count - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  let covariance = 0;
  let variance = 0;
  for (const [i, value] of values.entries()) {
    covariance += (i - middle) * (value - mean);
    variance += (i - middle) ** 2;
  }
  const slope = covariance / variance;
  const residue = values.reduce((sum, value, i) => sum + (value - mean - slope * (i - middle)) ** 2, 0);
  return { slope, error: Math.sqrt(residue / (count - 2) / variance) };
}

/** By how many standard errors a slope has to be above what is allowed: by chance 1 in 1000, of few readings 1 in 500. */
const certainty = (readings) => (readings < 12 ? 8 : 3.5);

/**
 * The measures that have grown by more than is allowed, each with its slope and error.
 *
 * @param {readonly Record<string, number>[]} readings
 * @param {Record<string, number>} allowed by measure, from one reading to the next
 */
export function growthOf(readings, allowed) {
  return Object.entries(allowed).flatMap(([measure, most]) => {
    const { slope, error } = slopeOf(readings.map((reading) => reading[measure]));
    return slope - certainty(readings.length) * error > most ? [{ measure, slope, error }] : [];
  });
}
