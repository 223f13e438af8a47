import { isSecondCopy } from '../share.js';
import { warnOnce } from '../warn.js';
import { patchBoundaries } from './boundaries.js';
import { zoneLoaded } from './load.js';
import { inBrowser } from './native.js';
import { patchPromise } from './promise.js';
import { setInstalled } from './replace.js';

/** Puts hooks on the platform and returns their undo. */
type Patch = () => () => void;

const patches: Patch[] = [patchPromise, patchBoundaries];
let undo: (() => void)[] | undefined;

/** Adds a patch to what is installed, now and at each further {@link install}. */
export function addPatch(patch: Patch): void {
  patches.push(patch);
  undo?.push(patch());
}

/**
 * Lets values follow `await`, promises, timers, events and messages. Importing `zonetrace/zone` does it; call it again
 * after {@link uninstall}. A second call does nothing.
 */
export function install(): void {
  if (undo || isSecondCopy || !inBrowser) return;
  if (!zoneLoaded) {
    warnOnce(
      'Zone.js could not be loaded, so spans are kept in synchronous code only; call nothing else of the page Zone, and load zonetrace before prototypes are frozen',
    );
    return;
  }
  setInstalled(true);
  undo = patches.map((patch) => patch());
}

/**
 * Puts everything that {@link install} replaced back as it was; what somebody else has patched since stays, and passes
 * through. Zone.js itself stays loaded.
 */
export function uninstall(): void {
  if (!undo) return;
  setInstalled(false);
  for (const step of undo.reverse()) step();
  undo = undefined;
}
