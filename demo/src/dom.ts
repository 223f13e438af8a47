/** The page's element of an id, of the type that the caller expects there. */
export function byId<E extends Element>(id: string, type: new () => E): E {
  const found = document.getElementById(id);
  if (found instanceof type) return found;
  throw new Error(`The page has no ${type.name} with the id "${id}".`);
}

/** A new element with properties and children; text goes in as text, never as HTML. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  properties: Partial<HTMLElementTagNameMap[K]> & { testId?: string },
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const { testId, ...rest } = properties;
  const made = document.createElement(tag);
  Object.assign(made, rest);
  if (testId) made.dataset.testid = testId;
  made.append(...children);
  return made;
}

const SVG = 'http://www.w3.org/2000/svg';

function shape(tag: string, attributes: Record<string, string | number>): SVGElement {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  return made;
}

/** The tin of a tea, in the colour of its category. */
export function drawTin(category: string, seed: number): SVGElement {
  const picture = shape('svg', { viewBox: '0 0 120 90', 'aria-hidden': 'true', class: `tin ${category}` });
  const lean = (seed % 5) * 3 - 6;
  picture.append(
    shape('ellipse', { class: 'shadow', cx: 60, cy: 79, rx: 34, ry: 5 }),
    shape('rect', { class: 'body', x: 34, y: 24, width: 52, height: 54, rx: 6 }),
    shape('rect', { class: 'lid', x: 31, y: 14, width: 58, height: 15, rx: 5 }),
    shape('rect', { class: 'label', x: 42, y: 37, width: 36, height: 31, rx: 3 }),
    shape('path', {
      class: 'leaf',
      d: 'M50 60c0-9 7-14 19-14 0 10-6 15-15 15M49 64c2-6 7-10 12-12',
      transform: `rotate(${lean} 60 53)`,
    }),
  );
  return picture;
}
