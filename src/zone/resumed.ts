import { failureHook, lossHook, workHook } from './hooks.js';
import { pageZone } from './load.js';

/** A continuation that we hooked begins, in `zone`, which is current. */
export function noteResumed(zone: Zone): void {
  failureHook?.ran(zone);
  if (zone === pageZone) lossHook?.ranOutside();
  workHook?.began(zone);
}
