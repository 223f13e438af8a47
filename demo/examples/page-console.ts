import { byId } from '../src/dom.js';

const INDENT = '  ';

/** A console that writes into the page as well as to the console it stands for. */
export function createPageConsole(): Pick<Console, 'groupCollapsed' | 'log' | 'groupEnd'> {
  const output = byId('trace-console', HTMLElement);
  let depth = 0;
  const write = (values: unknown[]): void => output.append(`${INDENT.repeat(depth)}${values.map(String).join(' ')}\n`);
  return {
    groupCollapsed(...values) {
      console.groupCollapsed(...values);
      write(values);
      depth++;
    },
    log(...values) {
      console.log(...values);
      write(values);
    },
    groupEnd() {
      console.groupEnd();
      depth--;
    },
  };
}
