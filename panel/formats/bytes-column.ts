import { grown } from './text-column.js';

/** Bytes that are kept in one piece: many spans a piece, and little of the last one is empty. */
const PIECE = 1024 * 1024;

/** Bytes that some have and most are seldom asked for: kept in large pieces, which no collector of garbage walks through. */
export class BytesColumn {
  readonly #pieces: Uint8Array[] = [];
  /** Bytes of the last piece that are taken. */
  #used = PIECE;
  /** By place: the number of the piece, from 1; 0 where there is nothing. */
  #pieceOf = new Int32Array();
  #froms = new Uint32Array();
  #sizes = new Uint32Array();

  get(at: number): Uint8Array | undefined {
    const piece = this.#pieces[(this.#pieceOf[at] as number) - 1];
    const from = this.#froms[at] as number;
    return piece?.subarray(from, from + (this.#sizes[at] as number));
  }

  /** Keeps a copy. */
  set(at: number, bytes: Uint8Array): void {
    const size = bytes.length;
    let last = this.#pieces.at(-1);
    if (!last || this.#used + size > last.length) {
      last = new Uint8Array(Math.max(PIECE, size));
      this.#pieces.push(last);
      this.#used = 0;
    }
    last.set(bytes, this.#used);
    this.#pieceOf[at] = this.#pieces.length;
    this.#froms[at] = this.#used;
    this.#sizes[at] = size;
    this.#used += size;
  }

  grow(capacity: number): void {
    this.#pieceOf = grown(this.#pieceOf, new Int32Array(capacity));
    this.#froms = grown(this.#froms, new Uint32Array(capacity));
    this.#sizes = grown(this.#sizes, new Uint32Array(capacity));
  }
}
