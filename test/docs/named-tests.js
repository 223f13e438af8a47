/** The last cells of the rows of a Markdown page's tables, without those that head them. */
export function lastCells(page) {
  const lines = page.split('\n');
  return lines
    .filter((line, at) => line.startsWith('| ') && !lines[at + 1]?.startsWith('|--'))
    .map((line) => line.split(' | ').at(-1).replace(/ \|$/, ''));
}

/** The names of the tests in a file, without what a loop puts into them. */
export function namesOfTests(source) {
  return [...source.matchAll(/\bit\(\s*(['"`])(.*?)\1,/g)].map(([, , name]) => name);
}

/** `${name}` in the name of a test stands for whatever a table says there. */
export function matches(name, cell) {
  const literal = name.split(/\$\{[^}]*\}/).map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^${literal.join('.+')}$`).test(cell);
}
