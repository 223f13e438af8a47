import { isHidden } from './is-hidden.js';
import { attempt } from './trace/attempt.js';
import { generateTraceId } from './trace/ids.js';

/** ms without a trace in a page that is seen, after which the next one begins a session. */
const MAX_IDLE = 30 * 60_000;
/** ms after which a session ends whatever happens. */
const MAX_AGE = 4 * 3_600_000;
/** ms to which the last activity is known: to ask whether the page is seen costs as much as a small span. */
const ACTIVITY_STEP = 1000;
/** ms between two notes of the last activity: a page may begin thousands of traces a second. */
const NOTE_EVERY = 10_000;
const KEY = 'zonetrace.session';

interface Stored {
  /** 32 hex digits. */
  id: string;
  /** The session before it in this tab. */
  previous?: string;
  /** ms since the Unix epoch. */
  begun: number;
  active: number;
}

/**
 * The visit that traces belong to: the pages of a tab, as long as somebody is there. Kept in sessionStorage; where the page
 * may not use that, in memory.
 */
export class Session {
  #now: Stored | undefined = read();
  #notedAt = 0;

  /** The session at a time (ms since the Unix epoch) at which a trace begins. */
  at(time: number): Readonly<Stored> {
    let now = this.#now;
    const isOver = !now || time - now.active > MAX_IDLE || time - now.begun > MAX_AGE;
    if (isOver) {
      now = { id: generateTraceId(), ...(now ? { previous: now.id } : {}), begun: time, active: time };
      this.#now = now;
    }
    const session = now as Stored;
    // What a hidden page does by itself is nobody's visit.
    if (time - session.active > ACTIVITY_STEP && !isHidden()) session.active = time;
    if (isOver || time - this.#notedAt > NOTE_EVERY) {
      this.#notedAt = time;
      write(session);
    }
    return session;
  }
}

function read(): Stored | undefined {
  return attempt(() => {
    const stored = JSON.parse(sessionStorage.getItem(KEY) ?? 'null') as Stored | null;
    return stored && /^[\da-f]{32}$/.test(stored.id) && stored.begun <= stored.active ? stored : undefined;
  });
}

function write(session: Stored): void {
  // Where storage is denied or full, it lives as long as the page.
  attempt(() => sessionStorage.setItem(KEY, JSON.stringify(session)));
}
