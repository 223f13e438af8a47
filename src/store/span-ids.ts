/** The rows of the spans of one trace by their ids, with the children that came before their parents. */
export class SpanIds {
  readonly #rows = new Map<string, number>();
  /** Rows whose parent has not come, by the parent's id. */
  readonly #waiting = new Map<string, number[]>();

  find(spanId: string): number | undefined {
    return this.#rows.get(spanId);
  }

  /** Notes a span; answers the rows that waited for it as their parent. */
  add(spanId: string, row: number): readonly number[] {
    this.#rows.set(spanId, row);
    const children = this.#waiting.get(spanId) ?? [];
    this.#waiting.delete(spanId);
    return children;
  }

  /** The row waits for the parent of this id. */
  expect(parentSpanId: string, row: number): void {
    const others = this.#waiting.get(parentSpanId);
    if (others) others.push(row);
    else this.#waiting.set(parentSpanId, [row]);
  }
}
