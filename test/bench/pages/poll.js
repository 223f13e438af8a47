import { now } from './clock.js';

/**
 * A page that asks its server again and again, each time in a span and because of the time before: 49 times by a
 * microtask, then by a timer, which the browser makes at least 4 ms. The last round leaves the next one pending, as such
 * a page does for as long as it is open. Answers `{ depth, msPerRound, stop }`; `stop` cancels the pending round.
 */
export function poll({ withSpan }, rounds) {
  return new Promise((resolve) => {
    let round = 0;
    let busy = 0;
    const ask = () => {
      const start = now();
      withSpan('poll', () => {
        round++;
        if (round % 50 !== 0) queueMicrotask(ask);
        else if (round < rounds) setTimeout(ask, 0);
        else {
          const timer = setTimeout(ask, 3_600_000);
          resolve({ depth: zoneDepth(), msPerRound: busy / rounds, stop: () => clearTimeout(timer) });
        }
      });
      busy += now() - start;
    };
    ask();
  });
}

/** Zones from the current one to the root, both counted. */
function zoneDepth() {
  let depth = 0;
  for (let zone = globalThis.Zone?.current; zone; zone = zone.parent) depth++;
  return depth || undefined;
}
