import { now } from './clock.js';

// Imported before a contender, which would keep the platform's.
const send = globalThis.fetch;

/** When `fetch` was called last. */
export let lastFetch = 0;

globalThis.fetch = (...args) => {
  lastFetch = now();
  return send(...args);
};
