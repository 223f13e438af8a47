import type { Dock, PanelOptions, Theme } from './host.js';
import { recall, remember } from './remember.js';

/** What the reader has set. Sizes in px. */
export interface Settings {
  dock: Dock;
  theme: Theme;
  /** Of the panel at the bottom. */
  height: number;
  /** Of the panel at the right. */
  width: number;
  /** Of the list of traces beside, and above, the rest. */
  listWidth: number;
  listHeight: number;
  detailWidth: number;
  detailHeight: number;
  /** The part of the tree's width that names have. */
  names: number;
}

const KEY = 'panel';

const DEFAULTS: Settings = {
  dock: 'bottom',
  theme: 'system',
  height: 340,
  width: 560,
  listWidth: 330,
  listHeight: 200,
  detailWidth: 340,
  detailHeight: 300,
  names: 0.38,
};

/** As remembered; else as the page wants it; else as we do. What is damaged is left out. */
export function readSettings(options: PanelOptions): Settings {
  const remembered = recall<Settings>(KEY) ?? {};
  const settings = { ...DEFAULTS };
  settings.dock = oneOf(['bottom', 'right'], remembered.dock, options.dock) ?? DEFAULTS.dock;
  settings.theme = oneOf(['system', 'light', 'dark'], remembered.theme, options.theme) ?? DEFAULTS.theme;
  for (const key of ['height', 'width', 'listWidth', 'listHeight', 'detailWidth', 'detailHeight', 'names'] as const) {
    const value = remembered[key];
    if (typeof value === 'number' && value > 0) settings[key] = value;
  }
  return settings;
}

export function writeSettings(settings: Settings): void {
  remember(KEY, settings);
}

function oneOf<T>(choices: readonly T[], ...wishes: unknown[]): T | undefined {
  return choices.find((choice) => choice === wishes.find((wish) => choices.includes(wish as T)));
}
