/** What a number, which can be written in several ways, may have in it. */
const OF_NUMBERS = /^(\d*e?\d*|n?a?n?|i?n?f?i?n?i?t?y?)$/;

let last: { readonly word: string; readonly parts: readonly string[] } = { word: '', parts: [] };

/**
 * Whether the keys and values of a text of JSON, or what `beside` says, may have a word in them, all in lower case: false only
 * where they have not, however they are joined.
 */
export function mayHaveWord(json: string, beside: string, word: string): boolean {
  // Anything can be written with one.
  if (json.includes('\\')) return true;
  if (last.word !== word) {
    // What joins values is none of these.
    const parts = word.match(/[a-z0-9_]+/g) ?? [];
    last = { word, parts: parts.filter((part) => !OF_NUMBERS.test(part)) };
  }
  return last.parts.every((part) => json.includes(part) || beside.includes(part));
}
