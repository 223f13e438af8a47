/** Texts of which many are the same. */
export class TextColumn {
  #places = new Int32Array();
  readonly #texts: string[] = [];
  readonly #byText = new Map<string, number>();

  get(at: number): string {
    return this.#texts[this.#places[at] as number] ?? '';
  }

  set(at: number, text: string): void {
    let place = this.#byText.get(text);
    if (place === undefined) {
      place = this.#texts.push(text) - 1;
      this.#byText.set(text, place);
    }
    this.#places[at] = place;
  }

  grow(capacity: number): void {
    this.#places = grown(this.#places, new Int32Array(capacity));
  }
}

/** `to`, a longer column, with what is in `from`. */
export function grown<T extends { set(from: T): void }>(from: T, to: T): T {
  to.set(from);
  return to;
}
