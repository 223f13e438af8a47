// Imported before anything else: the harness keeps the platform as it was before a contender patched it.
export const now = performance.now.bind(performance);

const waiting = [];
const { port1, port2 } = new MessageChannel();
port1.onmessage = () => waiting.shift()();

/** Resolves in the next macrotask: every microtask queued so far, and those that they queue, have run by then. */
export function macrotask() {
  return new Promise((resolve) => {
    waiting.push(resolve);
    port2.postMessage(0);
  });
}

const setTimer = window.setTimeout.bind(window);

/** Resolves after some ms, whatever anybody has made of `setTimeout`. */
export function pause(ms) {
  return new Promise((resolve) => {
    setTimer(resolve, ms);
  });
}
