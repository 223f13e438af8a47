import { VERSION } from '../src/version.js';

/** Of a class of ours: what other copies of the panel know it by. */
const VERSION_OF = Symbol.for('zonetrace.version');

/** The first name that was taken. */
let taken: string | undefined;

function isOurs(element: CustomElementConstructor): boolean {
  return (element as { [VERSION_OF]?: unknown })[VERSION_OF] === VERSION;
}

/** Whether an element of this version has the name. */
export function isDefined(name: string): boolean {
  const element = customElements.get(name);
  return element !== undefined && isOurs(element);
}

/**
 * Defines elements by their names. A page can load two copies of the panel; the first one's elements serve both where they
 * are of one version. Where the page or another version has one of the names, none is defined: ours would not work with it.
 * `later`: names that will be wanted once the panel is open.
 */
export function defineElements(
  elements: Readonly<Record<string, CustomElementConstructor>>,
  later: readonly string[] = [],
): void {
  const names = [...Object.keys(elements), ...later];
  taken ??= names.find((name) => customElements.get(name) && !isDefined(name));
  if (taken !== undefined) return;
  for (const [name, element] of Object.entries(elements)) {
    if (isDefined(name)) continue;
    Object.defineProperty(element, VERSION_OF, { value: VERSION });
    customElements.define(name, element);
  }
}

/** Throws where not all elements could be defined: to who wants to see them, not to who merely loads them. */
export function checkElements(): void {
  if (taken === undefined) return;
  throw new Error(
    `zonetrace: the page or another version of zonetrace has defined <${taken}>, and this panel cannot be shown; load one version`,
  );
}
