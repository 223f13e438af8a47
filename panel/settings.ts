import type { Dock, PanelOptions, Theme } from './host.js';
import { clamp } from './layout/scale.js';
import { recall, remember, SETTINGS } from './remember.js';

/** What the reader has set. Sizes in px. */
export interface Settings {
  dock: Dock;
  theme: Theme;
  /** Of the panel at the bottom. */
  height: number;
  /** Of the panel at a side. */
  width: number;
  /** Of the floating panel: place and size. */
  floatLeft: number;
  floatTop: number;
  floatWidth: number;
  floatHeight: number;
  /** Of the list of traces beside, and above, the rest. */
  listWidth: number;
  listHeight: number;
  detailWidth: number;
  detailHeight: number;
  /** The part of the tree's width that names have. */
  names: number;
}

/** Round the window, button by button. */
export const NEXT_DOCK: Readonly<Record<Dock, Dock>> = {
  bottom: 'right',
  right: 'left',
  left: 'float',
  float: 'bottom',
};

const DOCKS = Object.keys(NEXT_DOCK) as Dock[];

/** Those that are numbers. */
export type Size = Exclude<keyof Settings, 'dock' | 'theme'>;

/** Fits the window that the reader has now. */
const defaults = (): Settings => ({
  dock: 'bottom',
  theme: 'system',
  height: Math.max(340, innerWidth < 640 ? innerHeight * 0.55 : 0),
  width: 560,
  floatLeft: innerWidth * 0.05,
  floatTop: innerHeight * 0.3,
  floatWidth: Math.min(1040, innerWidth * 0.9),
  floatHeight: Math.min(460, innerHeight * 0.6),
  listWidth: clamp(innerWidth * 0.28, 240, 420),
  listHeight: 200,
  detailWidth: clamp(innerWidth * 0.27, 250, 360),
  detailHeight: 280,
  names: 0.4,
});

/** As remembered; else as the page wants it; else as we do. What is damaged is left out. */
export function readSettings(options: PanelOptions): Settings {
  const remembered = recall<Settings>(SETTINGS) ?? {};
  const settings = defaults();
  settings.dock = oneOf(DOCKS, remembered.dock, options.dock) ?? settings.dock;
  settings.theme = oneOf(['system', 'light', 'dark'], remembered.theme, options.theme) ?? settings.theme;
  for (const key of Object.keys(settings) as Size[]) {
    const value: unknown = remembered[key];
    if (typeof settings[key] === 'number' && typeof value === 'number' && value > 0) settings[key] = value;
  }
  return settings;
}

export function writeSettings(settings: Settings): void {
  remember(SETTINGS, settings);
}

function oneOf<T>(choices: readonly T[], ...wishes: unknown[]): T | undefined {
  return choices.find((choice) => choice === wishes.find((wish) => choices.includes(wish as T)));
}
