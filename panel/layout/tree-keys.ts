import { rowStep } from './list-keys.js';

/** Where the reader is in a tree. */
export interface TreePlace {
  /** Among the visible rows, from 0; -1: nowhere. */
  readonly at: number;
  /** Visible rows. */
  readonly count: number;
  /** Rows that fit in the window. */
  readonly page: number;
  /** Of the row: has it children, and are they hidden? */
  readonly hasChildren: boolean;
  readonly collapsed: boolean;
  /** The place of the parent, or -1. */
  readonly parent: number;
}

/** What a key does: goes to a place, collapses or opens the row, zooms to it, leaves it; or nothing in particular. */
export type TreeAction = { readonly to: number } | 'collapse' | 'expand' | 'zoom' | 'leave' | 'stay';

/** The keys of a treegrid whose rows are focused (https://www.w3.org/WAI/ARIA/apg/patterns/treegrid/). */
export function treeAction(key: string, place: TreePlace): TreeAction | undefined {
  const { at, count, page } = place;
  const to = rowStep(key, at, count, page);
  if (to !== undefined) return { to };
  if (at < 0) return key === 'Escape' ? 'leave' : undefined;
  switch (key) {
    case 'ArrowRight':
      if (!place.hasChildren) return 'stay';
      return place.collapsed ? 'expand' : { to: at + 1 };
    case 'ArrowLeft':
      if (place.hasChildren && !place.collapsed) return 'collapse';
      return place.parent >= 0 ? { to: place.parent } : 'stay';
    case 'Enter':
      return 'zoom';
    case 'Escape':
      return 'leave';
    default:
      return undefined;
  }
}
