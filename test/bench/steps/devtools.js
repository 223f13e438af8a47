/** Processor time of the page's thread so far, in s; of a session that `countTasks` has prepared. */
export async function taskSeconds(session) {
  const { metrics } = await session.send('Performance.getMetrics');
  return metrics.find(({ name }) => name === 'TaskDuration').value;
}

export async function countTasks(page) {
  const session = await page.createCDPSession();
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  return session;
}

/** Bytes that are reachable, with those of typed arrays. */
export async function heapUsed(session) {
  await session.send('HeapProfiler.collectGarbage');
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize, backingStorageSize } = await session.send('Runtime.getHeapUsage');
  return usedSize + backingStorageSize;
}

export async function watchHeap(page) {
  const session = await page.createCDPSession();
  await session.send('HeapProfiler.enable');
  return session;
}
