import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { MoveEvent } from './events.js';
import type { Dock, PanelHost, Theme } from './host.js';
import { NEXT_DOCK, readSettings, type Settings, writeSettings } from './settings.js';

const THEMES: readonly Theme[] = ['system', 'light', 'dark'];

interface SettingsHost extends ReactiveControllerHost {
  readonly panel: PanelHost | undefined;
  readonly style: CSSStyleDeclaration;
  dock: Dock;
  theme: Theme;
}

/** Puts into effect what the reader has set, and remembers it. */
export class SettingsController implements ReactiveController {
  readonly #host: SettingsHost;
  #settings: Settings = readSettings({});
  #read = false;

  constructor(host: SettingsHost) {
    this.#host = host;
    host.addController(this);
  }

  get current(): Readonly<Settings> {
    return this.#settings;
  }

  hostConnected(): void {
    const { panel } = this.#host;
    if (panel && !this.#read) {
      this.#read = true;
      this.#settings = readSettings(panel.options);
    }
    this.#apply();
  }

  set<K extends keyof Settings>(key: K, value: Settings[K]): void {
    this.#settings = { ...this.#settings, [key]: value };
    this.#apply();
    writeSettings(this.#settings);
  }

  nextDock(): void {
    this.set('dock', NEXT_DOCK[this.#settings.dock]);
  }

  nextTheme(): void {
    this.set('theme', THEMES[(THEMES.indexOf(this.#settings.theme) + 1) % THEMES.length] as Theme);
  }

  /** Of the floating panel, or its corner. */
  move({ x, y, sizes }: MoveEvent): void {
    const [across, down] = sizes ? (['floatWidth', 'floatHeight'] as const) : (['floatLeft', 'floatTop'] as const);
    this.set(across, Math.max(1, this.#settings[across] + x));
    this.set(down, Math.max(1, this.#settings[down] + y));
  }

  /** Sizes go through custom properties, which no policy forbids. */
  #apply(): void {
    const { dock, theme, names: _, ...sizes } = this.#settings;
    this.#host.dock = dock;
    this.#host.theme = theme;
    for (const [key, size] of Object.entries(sizes)) this.#host.style.setProperty(`--${key}`, `${Math.round(size)}px`);
    this.#host.requestUpdate();
  }
}
