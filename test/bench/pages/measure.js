import { benchmarks } from './benchmarks.js';
import { checkContext } from './check-context.js';
import { macrotask, now, pause } from './clock.js';
import { hold } from './hold.js';
import { poll } from './poll.js';
import { untilSteady } from './until-steady.js';

/** ms until the first repetition. */
const WARM_UP = 150;
/** ms, for a first look. */
const QUICK_WARM_UP = 60;
const REPETITION = 60; // ms
/** ms; zonetrace settles a trace when nothing has happened in it for 50. */
const SETTLE = 60;
/** ms. Shorter than a scheduler's time slice: most samples of a busy machine run through undisturbed. */
const SAMPLE = 1;
/** The slowest samples are left out: other programs' time. A collector's pauses stay in as far as they are frequent. */
const KEPT = 0.75;

/** Gives the driver (run.js) what it calls in this page. */
export function serveBenchmarks(contender) {
  let told = new Set();
  const all = benchmarks(contender, (word) => told.add(word));
  let stopPolling;

  /** What settles later is not charged to the next one, nor is what is kept for display. */
  async function rest() {
    await pause(SETTLE);
    contender.clear?.();
  }

  globalThis.bench = {
    /** One repetition of each benchmark: ns an operation, and what was told. */
    async measure(names, isQuick) {
      const results = {};
      for (const name of names) {
        const benchmark = all[name];
        if (!benchmark) continue;
        const operations = await warmUp(benchmark, isQuick ? QUICK_WARM_UP : WARM_UP);
        const once = async () => {
          await rest();
          told = new Set();
          return { ...(await repeat(benchmark, operations)), told: [...told] };
        };
        results[name] = await untilSteady(once, ({ ns, drainedNs = ns }) => drainedNs, isQuick ? 1 : undefined);
      }
      await rest();
      return results;
    },
    /** ns an operation of the first ones of a page, whose code is not compiled. */
    async first(name, n) {
      const { time } = await run(all[name], n);
      return (time / n) * 1e6;
    },
    context: () => checkContext(contender),
    /** As much as the contender keeps for display; false where it keeps nothing. */
    async fill() {
      if (!contender.keeps) return false;
      await run(all.empty, contender.keeps);
      await pause(200);
      return true;
    },
    /** `n` operations and, in the time given, all that they cause later. For a measurement from outside. */
    async burst(name, n, ms) {
      if (n > 0) await run(all[name], n);
      await pause(ms);
    },
    /** Keeps so many spans of a kind; false where the contender has none. For a measurement from outside. */
    async hold(kind, n, ms) {
      if (kind !== 'live' && !contender.keepsEnded) return false;
      await hold(contender, kind, n);
      await pause(ms);
      return true;
    },
    async poll(rounds, ms) {
      const { depth, msPerRound, stop } = await poll(contender, rounds);
      stopPolling = stop;
      await pause(ms);
      return { depth, nsPerRound: msPerRound * 1e6 };
    },
    clear: () => contender.clear?.(),
    /** Answers the error of cancelling the round that is pending, or nothing. */
    stopPolling() {
      try {
        stopPolling();
        return undefined;
      } catch (error) {
        return String(error);
      }
    },
  };
}

/** Answers how many operations take about 1 ms. */
async function warmUp(benchmark, ms) {
  let n = 1;
  let time = 0;
  for (let spent = 0; spent < ms || time < SAMPLE; spent += time) {
    if (time < SAMPLE) n *= 2;
    ({ time } = await run(benchmark, n));
  }
  return n;
}

/** Takes samples of `n` operations for some 60 ms, and answers the mean of the faster ones. */
async function repeat(benchmark, n) {
  const samples = [];
  for (let spent = 0; spent < REPETITION; spent += samples.at(-1).time) samples.push(await run(benchmark, n));
  const trimmedMean = (field) => {
    const sorted = samples.map((sample) => sample[field] / sample.n).sort((a, b) => a - b);
    sorted.length = Math.ceil(sorted.length * KEPT);
    return (sorted.reduce((sum, value) => sum + value, 0) / sorted.length) * 1e6;
  };
  return {
    samples: samples.length,
    ns: trimmedMean('syncTime'),
    ...(benchmark.kind === 'sync' && !benchmark.isIdle && { drainedNs: trimmedMean('time') }),
  };
}

/** Does at least `n` operations. `time` (ms) has the microtasks in it, `syncTime` has not. */
async function run(benchmark, wanted) {
  if (benchmark.kind === 'async') {
    const n = Math.ceil(wanted / benchmark.step) * benchmark.step;
    const start = now();
    await benchmark.run(n);
    const time = now() - start;
    return { n, time, syncTime: time };
  }
  let n = 0;
  let time = 0;
  let syncTime = 0;
  while (n < wanted) {
    const start = now();
    benchmark.run(benchmark.batch);
    syncTime += now() - start;
    await macrotask();
    time += now() - start;
    while (benchmark.isIdle?.() === false) await macrotask();
    n += benchmark.batch;
  }
  return { n, time, syncTime };
}
