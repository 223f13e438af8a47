import { lossHook, workHook } from './hooks.js';
import { pageZone, rootFrame } from './load.js';
import { nativeThen } from './native.js';
import { attachQuietly } from './quiet.js';
import { installed } from './replace.js';

/**
 * Some continuations cannot be hooked: `await 5`, `await undefined`, the first step of a thenable. But microtasks run
 * first in, first out: whatever is queued while zone Z is current stands between the change to Z and the change away
 * from it. So each change of the current zone is queued too, as a mark that makes the same change when its turn comes,
 * and so replays the zones for the jobs between. Those jobs queue jobs of their own, so a mark queues itself again.
 *
 * Invariant: the last mark's zone is the current zone, or there is no mark and the current zone is the page's.
 */
interface Mark {
  zone: Zone;
  turnsLeft: number;
  /** What our hooks had seen when a synchronous scope made it; see `noteScope`. Otherwise nothing is presumed of it. */
  seen: number;
  next: Mark | undefined;
}

/**
 * How many unhookable steps in a row keep their zone. TanStack Query's mutation callbacks take six awaits of undefined,
 * eight thenables in a row sixteen. Afterwards the zone is lost rather than wrong.
 */
const GENERATIONS = 16;

/** Likewise where a synchronous scope seems to have queued nothing: a forgotten async function may have. */
const PRESUMED_EMPTY = 6;

/** A job with more marks than this is a burst, as a loop over many small spans. What seems empty there is replayed twice. */
const BURST = 32;
const EMPTY_IN_BURST = 2;

const NOTHING_PRESUMED = -1;

let first: Mark | undefined;
let last: Mark | undefined;
let marks = 0;

/** How often our hooks saw something being queued. */
let seenQueued = 0;

/** A settled promise without the `constructor` accessor, so that queueing a mark costs no call of it. */
const settled = (async () => {})();
Object.defineProperty(settled, 'constructor', { value: undefined });

function enqueue(mark: Mark): void {
  if (last) last.next = mark;
  else first = mark;
  last = mark;
  marks++;
  queueJob(takeTurn);
}

/** Queues a microtask that no hook sees. */
export function queueJob(job: () => void): void {
  nativeThen.call(settled, job);
}

function takeTurn(): void {
  const mark = first as Mark;
  first = mark.next;
  if (!first) last = undefined;
  mark.next = undefined;
  marks--;
  if (openAwaits.length > 0) closeAwaits();
  const expires = mark.zone !== pageZone && mark.turnsLeft-- === 0;
  if (expires) mark.zone = pageZone;
  mark.seen = NOTHING_PRESUMED;
  rootFrame.zone = mark.zone;
  lossHook?.expired(expires);
  if (lossHook && expires) {
    enqueue(mark); // its next turn is the end of what was given up
    return;
  }
  // A page mark only separates: beside another one, or alone, it has nothing to separate. So the queue always drains.
  if (mark.zone === pageZone && (last === undefined || last.zone === pageZone)) return;
  enqueue(mark);
  workHook?.replayed(mark.zone);
}

function append(zone: Zone, seen: number): void {
  enqueue({ zone, turnsLeft: GENERATIONS, seen, next: undefined });
}

/** The current zone is now `zone`; called after each change, in whatever frame. */
export function noteZone(zone: Zone): void {
  if (!installed) return;
  if (openAwaits.length > 0) closeAwaits();
  if (last === undefined) {
    if (zone !== pageZone) append(zone, NOTHING_PRESUMED);
  } else if (last.zone === zone) refreshMark();
  else append(zone, NOTHING_PRESUMED);
}

/**
 * Likewise at the begin and the end of a synchronous scope of ours. Most of them, and of the code between them, queue
 * nothing: where our hooks saw nothing being queued and nothing to wait for, few steps are replayed.
 */
export function noteScope(zone: Zone): void {
  if (!installed || zone === (last ? last.zone : pageZone)) return;
  if (openAwaits.length > 0) closeAwaits();
  if (last && last.seen === seenQueued) last.turnsLeft = marks > BURST ? EMPTY_IN_BURST : PRESUMED_EMPTY;
  append(zone, seenQueued);
}

/** One of our hooks saw something being queued in the current zone, or something to wait for. */
export function noteQueued(): void {
  seenQueued++;
}

/** Notes the zone that is current again after a synchronous scope, where the scope left another one noted. */
export function noteReturn(zone: Zone): void {
  if (zone !== (last ? last.zone : pageZone)) noteZone(zone);
}

/** The current zone was used again: its unhookable steps count from here. */
export function refreshMark(): void {
  if (!last) return;
  last.turnsLeft = GENERATIONS;
  last.seen = NOTHING_PRESUMED;
}

export function moveRoot(zone: Zone): void {
  rootFrame.zone = zone;
  noteZone(zone);
}

/**
 * An await whose continuation will run in `zone`. `open` runs right before the continuation (see await.ts); the zone
 * that was current before must come back right after it, by a reaction that can only be attached once the await has
 * attached its own: at the next change of zone. Where the await resumed before any change, there is none to undo.
 */
export interface OpenAwait {
  readonly promise: Promise<unknown>;
  resumed: boolean;
  close(): void;
}

/** A page without values never changes the zone: its awaits are closed when there are this many, or they would be kept. */
const MOST_OPEN_AWAITS = 256;

const openAwaits: OpenAwait[] = [];
let resumedAwaits = 0;

/** To be called before the reaction that opens an await: a closing one behind it would undo it. */
export function boundOpenAwaits(): void {
  if (openAwaits.length >= MOST_OPEN_AWAITS) closeAwaits();
}

export function addOpenAwait(open: OpenAwait): void {
  openAwaits.push(open);
}

/** Keeps the list short in a job chain without any change of zone: forgets the awaits that resumed in the meantime. */
export function awaitResumed(open: OpenAwait): void {
  open.resumed = true;
  if (openAwaits[openAwaits.length - 1] === open) {
    openAwaits.pop();
    return;
  }
  if (++resumedAwaits <= openAwaits.length >> 1) return;
  resumedAwaits = 0;
  let kept = 0;
  for (const other of openAwaits) if (!other.resumed) openAwaits[kept++] = other;
  openAwaits.length = kept;
}

/** In reverse order, so that several awaits of one promise nest. */
function closeAwaits(): void {
  for (let open = openAwaits.pop(); open !== undefined; open = openAwaits.pop()) {
    if (!open.resumed) attachQuietly(open.promise, open.close);
  }
  resumedAwaits = 0;
}
