import { type ChildPart, noChange } from 'lit';
import { Directive, directive } from 'lit/directive.js';
import {
  getCommittedValue,
  insertPart,
  removePart,
  setChildPartValue,
  setCommittedValue,
} from 'lit/directive-helpers.js';

/**
 * Renders the rows of a list that are in sight, by place, not by what they show: those that leave at one edge are used again
 * at the other. Lit's `repeat` does this too, but leaves a comment in the document for each row that it removes
 * (https://github.com/lit/lit/issues/5298), and rows come and go for as long as the panel is open.
 */
class WindowRows extends Directive {
  #first = 0;

  override render(
    shown: readonly unknown[],
    _first: number,
    renderRow: (item: never, index: number) => unknown,
  ): unknown {
    return shown.map((item, index) => renderRow(item as never, index));
  }

  override update(container: ChildPart, [shown, first, renderRow]: Parameters<this['render']>): unknown {
    const committed = getCommittedValue(container);
    const rows: ChildPart[] = Array.isArray(committed) ? committed : [];
    const moved = first - this.#first;
    this.#first = first;
    if (Math.abs(moved) < rows.length) {
      for (let i = 0; i < moved; i++) rows.push(insertPart(container, undefined, rows.shift()));
      for (let i = 0; i > moved; i--) {
        const last = rows.pop();
        rows.unshift(insertPart(container, rows[0], last));
      }
    }
    for (const row of rows.splice(shown.length)) {
      const end = row.endNode as ChildNode | null;
      removePart(row);
      end?.remove();
    }
    for (const [index, item] of shown.entries()) {
      const row = rows[index] ?? insertPart(container);
      rows[index] = setChildPartValue(row, renderRow(item as never, index));
    }
    setCommittedValue(container, rows);
    return noChange;
  }
}

const rowsDirective = directive(WindowRows);

/** `first`: the place in the list of the first of those that are shown; `renderRow` is given their place among these. */
export function windowRows<T>(
  shown: readonly T[],
  first: number,
  renderRow: (item: T, index: number) => unknown,
): unknown {
  return rowsDirective(shown, first, renderRow);
}
