/** Bytes of a word. */
const WORD = 4;

/** A text as it lies in bytes, to be compared word by word. */
export class WrittenText {
  length = 0;
  readonly #words: Int32Array;

  /** `most`: bytes of the longest; each has at least those of a word. */
  constructor(most: number) {
    this.#words = new Int32Array(Math.ceil(most / WORD));
  }

  /** Takes another text. */
  set(view: DataView, from: number, to: number): void {
    this.length = to - from;
    for (let at = 0; at * WORD < this.length; at++) this.#words[at] = view.getInt32(this.#placeOf(at, from));
  }

  isAt(view: DataView, from: number): boolean {
    const { length } = this;
    if (from + length > view.byteLength) return false;
    for (let at = 0; at * WORD < length; at++) {
      if (view.getInt32(this.#placeOf(at, from)) !== this.#words[at]) return false;
    }
    return length > 0;
  }

  /** Where a word is; the last one overlaps the one before. */
  #placeOf(at: number, from: number): number {
    return from + Math.min(at * WORD, this.length - WORD);
  }
}
