/** A colour on light and on dark ground. */
export type ColourPair = readonly [light: string, dark: string];

/**
 * The colours of bars, in the order of their use: neighbours differ most. None is red, which means error here. Each
 * has a contrast of 3:1 or more with `surface` and `selected` of its theme (WCAG 1.4.11).
 */
export const PALETTE: readonly ColourPair[] = [
  ['#3c79d1', '#649ff6'], // blue
  ['#b07015', '#e6a55b'], // amber
  ['#038a7f', '#5bbeb3'], // teal
  ['#865fc1', '#b38ef0'], // violet
  ['#368c49', '#71c07e'], // green
  ['#b95a93', '#ec8dc4'], // pink
  ['#0f86ad', '#68c5ec'], // sky
  ['#7e7c27', '#b1b063'], // olive
  ['#464a9b', '#8a93e7'], // indigo
  ['#80512f', '#c49271'], // brown
  ['#176a4e', '#62a98b'], // sea
  ['#753a79', '#c285c5'], // plum
  ['#698e2f', '#b3da81'], // leaf
  ['#8b77af', '#d2bff8'], // lilac
  ['#56728a', '#8ca8c1'], // steel
  ['#8b7851', '#d5c29a'], // sand
];

/** Everything else that has a colour. Text has a contrast of 4.5:1 or more with every ground that it stands on. */
export const THEME = {
  surface: ['#ffffff', '#1e1f22'],
  raised: ['#f5f6f8', '#27292d'],
  hover: ['#f1f4f8', '#2a2d32'],
  selected: ['#e4edfc', '#293b55'],
  line: ['#dcdfe5', '#3b3e45'],
  guide: ['#d3d7de', '#474b53'],
  tick: ['#eceef1', '#2d3036'],
  text: ['#1f2328', '#e3e5e8'],
  muted: ['#555e6a', '#aeb4be'],
  accent: ['#0b57d0', '#8ab4f8'],
  error: ['#c5221f', '#f6918a'],
  'error-ground': ['#fdeceb', '#46211f'],
} as const satisfies Record<string, ColourPair>;

/** Hands out places in the palette, first come first; a key keeps its place. */
export class ColourOrder<K> {
  readonly #places = new Map<K, number>();

  has(key: K): boolean {
    return this.#places.has(key);
  }

  placeOf(key: K): number {
    let place = this.#places.get(key);
    if (place === undefined) {
      place = this.#places.size % PALETTE.length;
      this.#places.set(key, place);
    }
    return place;
  }
}
