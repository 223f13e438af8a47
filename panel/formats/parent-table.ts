/** Slots at least, so that few are asked for in vain. */
const SLOTS_A_SPAN = 2;

const [FIRST, SECOND] = crypto.getRandomValues(new Uint32Array(2)) as unknown as [number, number];

/** Finds the spans of a trace by their ids, without an object for any of them: one table for all traces, one after the other. */
export class ParentTable {
  /** By slot: 1 + the place of a span whose id led there, or behind it where slots were taken; 0: none. */
  #slots = new Int32Array();

  /**
   * The places of the parents, by place; -1 where there is none. `ids` and `parentIds`: by row, two halves each, zeros for no
   * id; of spans with the same id the last one counts.
   */
  find(rows: Int32Array, ids: Uint32Array, parentIds: Uint32Array): Int32Array {
    let slots = 1;
    while (slots < rows.length * SLOTS_A_SPAN) slots *= 2;
    if (slots > this.#slots.length) this.#slots = new Int32Array(slots);
    else this.#slots.fill(0, 0, slots);
    const slotOf = (high: number, low: number): number => {
      let slot = hashOf(high, low) & (slots - 1);
      for (let place = this.#slots[slot] as number; place > 0; place = this.#slots[slot] as number) {
        const row = (rows[place - 1] as number) * 2;
        if (ids[row] === high && ids[row + 1] === low) break;
        slot = (slot + 1) & (slots - 1);
      }
      return slot;
    };
    for (let place = 0; place < rows.length; place++) {
      const row = (rows[place] as number) * 2;
      this.#slots[slotOf(ids[row] as number, ids[row + 1] as number)] = place + 1;
    }
    const parents = new Int32Array(rows.length);
    for (let place = 0; place < rows.length; place++) {
      const row = (rows[place] as number) * 2;
      const [high, low] = [parentIds[row] as number, parentIds[row + 1] as number];
      parents[place] = (high === 0 && low === 0 ? 0 : (this.#slots[slotOf(high, low)] as number)) - 1;
    }
    return parents;
  }
}

/** By numbers that no file knows: none can have ids that all lead to one slot. */
function hashOf(high: number, low: number): number {
  const hash = Math.imul(high, FIRST | 1) ^ Math.imul(low, SECOND | 1);
  const mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return mixed ^ (mixed >>> 13);
}
