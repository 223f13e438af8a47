import { clamp } from './scale.js';

/** Where a key of a list or a tree leads, of `count` rows; see `listStep`, which holds for empty lists, too. */
export function rowStep(key: string, at: number, count: number, page: number): number | undefined {
  const to = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    PageDown: at + page,
    PageUp: at - page,
    Home: 0,
    End: count - 1,
  }[key];
  return to === undefined ? undefined : clamp(to, 0, count - 1);
}

/** Where a key leads in a list of `count` rows of which `page` fit, seen from the row `at` (-1: none); undefined: nowhere. */
export function listStep(key: string, at: number, count: number, page: number): number | undefined {
  return count === 0 ? undefined : rowStep(key, at, count, page);
}
