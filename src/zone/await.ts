import { currentFrame, pageZone, rootFrame } from './load.js';
import { attachQuietly } from './quiet.js';
import { noteResumed } from './resumed.js';
import {
  addOpenAwait,
  awaitResumed,
  boundOpenAwaits,
  moveRoot,
  noteQueued,
  type OpenAwait,
  refreshMark,
} from './timeline.js';

/**
 * `await p` reads `p.constructor` and then attaches its continuation
 * (PromiseResolve, https://tc39.es/ecma262/#sec-promise-resolve). A reaction attached during that read stands
 * immediately before the continuation, and reactions run in order: it sets the zone that the continuation runs in.
 */
export function anchorAwait(promise: Promise<unknown>): void {
  noteQueued();
  boundOpenAwaits();
  new Anchor(promise, currentFrame().zone);
}

class Anchor implements OpenAwait {
  readonly promise: Promise<unknown>;
  resumed = false;
  #before: Zone = pageZone;

  constructor(promise: Promise<unknown>, zone: Zone) {
    this.promise = promise;
    attachQuietly(promise, () => {
      this.#before = rootFrame.zone;
      awaitResumed(this);
      if (rootFrame.zone === zone) refreshMark();
      else moveRoot(zone);
      noteResumed(zone);
    });
    addOpenAwait(this);
  }

  readonly close = (): void => {
    if (rootFrame.zone !== this.#before) moveRoot(this.#before);
  };
}
