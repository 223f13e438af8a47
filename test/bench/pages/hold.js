import { macrotask } from './clock.js';
import { describe } from './describe.js';

const JOB = 100;

/** What the live spans wait for. */
const held = [];

const KINDS = {
  /** Open, as its function waits for something: with all that a contender has of an open span, its zone and its promise. */
  live: (withSpan) => withSpan('live', () => new Promise((resolve) => held.push(resolve))),
  /** Ended, in a trace of its own. */
  ended: (withSpan) => withSpan('ended', () => {}),
  /** The same, with five attributes and an event. */
  endedDescribed: (withSpan) => withSpan('ended', describe),
};

/** Makes `n` spans of a kind that stay: open, or in what the contender keeps of ended ones. */
export async function hold({ withSpan }, kind, n) {
  for (let made = 0; made < n; made++) {
    KINDS[kind](withSpan);
    if (made % JOB === 0) await macrotask();
  }
}
