import { now } from './clock.js';
import { recordTraces } from './describe.js';
import { lastFetch } from './fetch-clock.js';

/** Spans that are made at once: as many as both queues take, less some. */
const SPANS = 2000;

/** Gives the driver: makes, ends and exports spans so many times; ms from each first begin until the last request is called. */
export function serveExport({ withSpan, flush }) {
  globalThis.bench = {
    spans: SPANS,
    async exportAll(times) {
      let time = 0;
      for (let i = 0; i < times; i++) {
        const start = now();
        recordTraces(withSpan, SPANS);
        await flush();
        time += lastFetch - start;
      }
      return time;
    },
  };
}
