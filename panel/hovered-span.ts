import type { TimeRange } from './layout/scale.js';

/** Shows in the minimap of a view where the span under the pointer is. */
export class HoveredSpan {
  readonly #view: { readonly renderRoot: ParentNode };
  readonly #rangeOf: (row: number) => TimeRange | undefined;
  #row = -1;

  constructor(view: { readonly renderRoot: ParentNode }, rangeOf: (row: number) => TimeRange | undefined) {
    this.#view = view;
    this.#rangeOf = rangeOf;
  }

  /** `row`: of the store; -1 where there is none under the pointer. */
  show(row: number): void {
    if (row === this.#row) return;
    this.#row = row;
    const minimap = this.#view.renderRoot.querySelector('zonetrace-minimap');
    if (minimap) minimap.hovered = this.#rangeOf(row);
  }
}
