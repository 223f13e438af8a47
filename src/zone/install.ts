import { isSecondCopy } from '../share.js';
import { warnOnce } from '../warn.js';
import { patchBoundaries } from './boundaries.js';
import { patchHandlerProperties } from './handler-properties.js';
import { zoneLoaded } from './load.js';
import { patchMessageChannel } from './message-channel.js';
import { inBrowser } from './native.js';
import { patchPlatformCallbacks } from './platform-callbacks.js';
import { patchPromise } from './promise.js';
import { setInstalled, undoAll } from './replace.js';
import { patchStreams } from './streams.js';
import { forwardRejections } from './zone-stability.js';

let undo: (() => void) | undefined;

/**
 * Lets values follow `await`, promises, timers, events and messages. Importing `zonetrace/zone` does it; call it again
 * after {@link uninstall}. A second call does nothing.
 */
export function install(): void {
  if (undo || isSecondCopy || !inBrowser) return;
  if (!zoneLoaded) {
    warnOnce(
      'Zone.js could not be loaded, so spans are kept in synchronous code only; load zonetrace before other versions of zone.js',
    );
    return;
  }
  setInstalled(true);
  undo = undoAll([
    patchPromise(),
    patchBoundaries(),
    patchHandlerProperties(),
    patchPlatformCallbacks(),
    patchStreams(),
    patchMessageChannel(),
    forwardRejections(),
  ]);
}

/**
 * Puts everything that {@link install} replaced back as it was; what somebody else has patched since stays, and passes
 * through. Zone.js itself stays loaded.
 */
export function uninstall(): void {
  if (!undo) return;
  setInstalled(false);
  undo();
  undo = undefined;
}
