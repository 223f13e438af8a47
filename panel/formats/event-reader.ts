import { BACKSLASH, ByteReader, CLOSE_OBJECT, COLON, COMMA, OPEN_OBJECT, QUOTE, SPACE } from './byte-reader.js';
import type { JsonObject } from './json.js';

/** A key of up to four bytes as a number. */
const numberOf = (key: string): number => [...key].reduce((sum, letter) => (sum << 8) | letter.charCodeAt(0), 0);
const [PH, TS, ID, PID, TID] = ['ph', 'ts', 'id', 'pid', 'tid'].map(numberOf) as [
  number,
  number,
  number,
  number,
  number,
];
const [DUR, CAT, NAME, ARGS] = ['dur', 'cat', 'name', 'args'].map(numberOf) as [number, number, number, number];

/** What is read of an event. */
class ChromeEvent {
  ph: unknown;
  ts: unknown;
  dur: unknown;
  pid: unknown;
  tid: unknown;
  id: unknown;
  name: unknown;
  cat: unknown;
  args: unknown;
}

/**
 * Reads Chrome's events from the bytes of a file, with the `args` of many at once. What is not written as such events mostly
 * are, or is no JSON, it leaves to `JSON.parse`.
 */
export class EventReader extends ByteReader<ChromeEvent> {
  /**
   * Hands the events of a list on that begin at `from`, behind a bracket or comma, and before `until`, as far as it reads
   * them. Answers where it stopped: `from`, or behind a comma.
   */
  read(bytes: Uint8Array, from: number, until: number, take: (events: readonly JsonObject[]) => void): number {
    this.begin(bytes, from);
    const events: ChromeEvent[] = [];
    let next = from;
    while (next < until) {
      const { waiting } = this;
      const event = this.#event();
      if (this.fails || this.step() !== COMMA) {
        this.waiting = waiting;
        break;
      }
      events.push(event);
      next = this.at;
    }
    const isJson = this.parseNested((holder, args) => {
      holder.args = args;
    });
    if (!isJson || events.length === 0) return from;
    take(events as object[] as JsonObject[]);
    return next;
  }

  #event(): ChromeEvent {
    const event = new ChromeEvent();
    let hasArgs = false;
    if (this.step() !== OPEN_OBJECT) this.fails = true;
    let byte = COMMA;
    for (; byte === COMMA && !this.fails; byte = this.step()) {
      switch (this.#key()) {
        case PH:
          event.ph = this.value();
          break;
        case TS:
          event.ts = this.value();
          break;
        case DUR:
          event.dur = this.value();
          break;
        case PID:
          event.pid = this.value();
          break;
        case TID:
          event.tid = this.value();
          break;
        case ID:
          event.id = this.value();
          break;
        case NAME:
          event.name = this.value();
          break;
        case CAT:
          event.cat = this.value();
          break;
        case ARGS:
          // Of a key that is there twice the last one counts.
          if (hasArgs) this.fails = true;
          hasArgs = true;
          this.passOver(event);
          break;
        default:
          this.passOver(undefined);
      }
    }
    if (byte !== CLOSE_OBJECT) this.fails = true;
    return event;
  }

  /** A key up to its colon, as `numberOf` has it; -1 for a longer one. */
  #key(): number {
    if (this.step() !== QUOTE) this.fails = true;
    const bytes = this.bytes;
    const from = this.at;
    let key = 0;
    let at = from;
    for (; at < bytes.length; at++) {
      const byte = bytes[at] as number;
      if (byte === QUOTE) break;
      if (byte < SPACE || byte === BACKSLASH) this.fails = true;
      key = (key << 8) | byte;
    }
    this.at = this.past(at);
    if (this.step() !== COLON) this.fails = true;
    return at - from > 4 ? -1 : key;
  }
}
