import { currentFrame, pageZone } from './load.js';
import { runInZone } from './run.js';
import { baseOf, createValueZone, isValueZone, UNSET, valuesOf } from './value-zone.js';

/** Options of a {@link ZoneVariable}. */
export interface ZoneVariableOptions<T> {
  /** Shown by debuggers; no meaning otherwise. Default: the empty string. */
  name?: string;
  /** What `get()` answers where nothing was set. Default: `undefined`. */
  defaultValue?: T;
}

let variables = 0;

/** Holds for the page's zone what value zones hold for themselves. */
const page: { kept?: Zone } = {};

/**
 * A value that follows asynchronous work: set for a function, it is seen by everything that the function calls,
 * schedules or awaits. The shape is that of `AsyncContext.Variable`
 * (https://tc39.es/proposal-async-context/#sec-asynccontext-variable-objects).
 *
 * @example
 * const requestId = new ZoneVariable<string>({ name: 'request id' });
 * requestId.run('r1', async () => {
 *   await load();
 *   requestId.get(); // 'r1'
 * });
 */
export class ZoneVariable<T> {
  readonly #name: string;
  readonly #defaultValue: T | undefined;
  /** From 0. Its place among the values of a zone. */
  readonly #number: number;

  constructor(options: ZoneVariableOptions<T> = {}) {
    this.#name = options.name === undefined ? '' : String(options.name);
    this.#defaultValue = options.defaultValue;
    this.#number = variables++;
  }

  /** The name given at construction. */
  get name(): string {
    return this.#name;
  }

  /** The value set by the nearest `run` that caused the code now running, or the default. */
  get(): T | undefined {
    return this.getIn(currentFrame().zone);
  }

  /** Calls `fn(...args)` with the value set, and returns what it returns. */
  run<A extends unknown[], R>(value: T, fn: (...args: A) => R, ...args: A): R {
    return runInZone(this.zoneWith(value), fn, undefined, args);
  }

  /** @internal The value in a zone that need not be current. */
  getIn(zone: Zone): T | undefined {
    const values = valuesOf(zone);
    const value = this.#number < values.length ? values[this.#number] : UNSET;
    return value === UNSET ? this.#defaultValue : (value as T);
  }

  /** @internal Likewise, made once for each zone: for a value that is set again and again. At most one variable may use it. */
  keptZoneWith(value: T, like: Zone): Zone {
    const holder: { kept?: Zone } = isValueZone(like) ? (like as { kept?: Zone }) : like === pageZone ? page : {};
    holder.kept ??= this.zoneWith(value, like);
    return holder.kept;
  }

  /** @internal A zone like the current one but for this value. */
  zoneWith(value: T, like: Zone = currentFrame().zone): Zone {
    const before = valuesOf(like);
    const size = Math.max(before.length, this.#number + 1);
    // As long as need be: an array that grows by itself makes room for many more.
    const values = new Array<unknown>(size);
    for (let i = 0; i < size; i++) values[i] = i === this.#number ? value : i < before.length ? before[i] : UNSET;
    return createValueZone(baseOf(like), values, like);
  }
}

/**
 * All values as they are now, to be used later: the shape of `AsyncContext.Snapshot`
 * (https://tc39.es/proposal-async-context/#sec-asynccontext-snapshot-objects).
 */
export class Snapshot {
  readonly #zone: Zone = currentFrame().zone;

  /** Calls `fn(...args)` with the values of the snapshot, and returns what it returns. */
  run<A extends unknown[], R>(fn: (...args: A) => R, ...args: A): R {
    return runInZone(this.#zoneHere(), fn, undefined, args);
  }

  /** A function like `fn` that always runs with the values that are current now. */
  static wrap<T, A extends unknown[], R>(fn: (this: T, ...args: A) => R): (this: T, ...args: A) => R {
    const snapshot = new Snapshot();
    return function (this: T, ...args: A) {
      return runInZone(snapshot.#zoneHere(), fn as (...args: A) => R, this, args);
    };
  }

  /** The values are the snapshot's, the hooks those of the code that uses it. */
  #zoneHere(): Zone {
    const base = baseOf(currentFrame().zone);
    if (base === baseOf(this.#zone)) return this.#zone;
    return isValueZone(this.#zone) ? createValueZone(base, valuesOf(this.#zone), this.#zone) : base;
  }
}

/** @internal Calls `fn` with no value set: for work that is nobody's, such as the overlay's own. */
export function runOutside<R>(fn: () => R): R {
  return runInZone(pageZone, fn);
}
