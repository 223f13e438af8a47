import { attempt } from './trace/attempt.js';

/** Whether nobody sees the page; undefined where the page has broken what says it. */
export function isHidden(): boolean | undefined {
  return attempt(() => document.visibilityState === 'hidden');
}
