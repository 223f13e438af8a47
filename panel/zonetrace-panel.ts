import { html, nothing, type PropertyDeclarations, type PropertyValues } from 'lit';
import { cache } from 'lit/directives/cache.js';
import type { StoredTrace } from '../src/store/span-store.js';
import type {
  CommandEvent,
  CompareEvent,
  FilterEvent,
  FollowEvent,
  MoveEvent,
  OpenFilesEvent,
  OpenSourceEvent,
  ResizeEvent,
  SaveEvent,
  SelectSpanEvent,
  SelectTraceEvent,
  StepMatchEvent,
  View,
  ViewEvent,
} from './events.js';
import { download, fileOf, openFile } from './files.js';
import { findSpan } from './find-span.js';
import { renderHelp } from './help.js';
import type { PanelHost, Theme } from './host.js';
import { keepEvents } from './keep-events.js';
import { type Filter, parseFilter } from './layout/filter.js';
import { observeSize } from './observe-size.js';
import { panelStyles } from './panel.styles.js';
import { PanelElement } from './panel-element.js';
import { renderView } from './render-view.js';
import { NEXT_DOCK, readSettings, type Settings, type Size, writeSettings } from './settings.js';
import { StoreController } from './store-controller.js';
import type { ZonetraceTimeline } from './timeline/zonetrace-timeline.js';
import type { ZonetraceTrace } from './trace/zonetrace-trace.js';

/** px: in a narrower panel the areas stand one above the other. */
const NARROW = 640;

/** px of the page that stay in sight beside the panel, and of each area inside it. */
const MIN_PAGE = 40;
const MIN_SIZE = 120;

const THEMES: readonly Theme[] = ['system', 'light', 'dark'];

/**
 * The overlay: shows what the page does as spans, while it does it. Mounted by `mountPanel`.
 *
 * @fires zonetrace-close - the reader closed it
 * @fires zonetrace-pop-out - the reader wants it in a window of its own
 */
export class ZonetracePanel extends PanelElement {
  static override properties: PropertyDeclarations = {
    theme: { reflect: true },
    dock: { reflect: true },
    stacked: { type: Boolean, reflect: true },
    poppedOut: { type: Boolean, reflect: true, attribute: 'popped-out' },
    trace: { state: true },
    row: { state: true },
    filterText: { state: true },
    view: { state: true },
    compared: { state: true },
    notice: { state: true },
    helps: { state: true },
  };

  declare theme: Settings['theme'];
  declare dock: Settings['dock'];
  /** It is in a window of its own. */
  declare poppedOut: boolean;
  /** The areas stand one above the other. */
  declare protected stacked: boolean;
  /** The trace that the reader looks at. */
  declare protected trace: StoredTrace | undefined;
  /** The span that the reader looks at: a row of the store, or -1. */
  declare protected row: number;
  declare protected filterText: string;
  declare protected view: View;
  /** The trace that the one looked at is compared with. */
  declare protected compared: StoredTrace | undefined;
  /** What went wrong, until the reader has read it. */
  declare protected notice: string;
  /** The keys are shown. */
  declare protected helps: boolean;

  #settings: Settings = readSettings({});
  #read = false;
  #chosen = false;
  #store = new StoreController(this);
  #filter: Filter;
  #width = 0;
  #undo: (() => void) | undefined;
  #stopObserving: (() => void) | undefined;

  constructor() {
    super();
    this.theme = 'system';
    this.dock = 'bottom';
    this.poppedOut = false;
    this.stacked = false;
    this.trace = undefined;
    this.row = -1;
    this.filterText = '';
    this.view = 'trace';
    this.compared = undefined;
    this.notice = '';
    this.helps = false;
  }

  static override styles = panelStyles;

  override connectedCallback(): void {
    if (this.panel && !this.#read) {
      this.#read = true;
      this.#settings = readSettings(this.panel.options);
    }
    this.#apply();
    super.connectedCallback();
    this.#undo = keepEvents(this);
    this.panel?.store.pin(this.trace);
    const measure = () => {
      this.#width = this.offsetWidth;
      this.requestUpdate();
    };
    this.#stopObserving = observeSize(this, this, measure);
    measure();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#undo?.();
    this.panel?.store.pin(undefined);
    this.#stopObserving?.();
    this.dispatchEvent(new Event('zonetrace-removed'));
  }

  protected override willUpdate(changed: PropertyValues): void {
    const isSide = !this.poppedOut && (this.dock === 'left' || this.dock === 'right');
    this.stacked = isSide || (this.#width > 0 && this.#width < NARROW);
    if (this.trace && this.trace.rows.length === 0) this.#choose(undefined);
    if (this.compared?.rows.length === 0) this.compared = undefined;
    // Until the reader has chosen one, the trace of the last thing done in the page is what there is to see.
    if (!this.#chosen && this.row < 0) this.#show(this.#store.traces.at(-1));
    if (changed.has('filterText')) this.#filter = parseFilter(this.filterText);
  }

  protected override render() {
    if (!this.panel) return nothing;
    const isSide = this.dock === 'left' || this.dock === 'right';
    const inner = this.stacked ? 'horizontal' : 'vertical';
    const [list, detail] = this.stacked
      ? (['listHeight', 'detailHeight'] as const)
      : (['listWidth', 'detailWidth'] as const);
    // There is no room for three above each other: what belongs to the selected span goes before the list.
    const isTight = !isSide && !this.poppedOut && this.stacked && this.row >= 0;
    return html`
      <div
        class="panel"
        role="region"
        aria-label="zonetrace"
        @zonetrace-next-frame=${() => this.#store.requestFrame()}
        @zonetrace-select-trace=${this.#selectTrace}
        @zonetrace-select-span=${(event: SelectSpanEvent) => this.#showSpan(event.row)}
        @zonetrace-compare=${(event: CompareEvent) => this.#compare(event.trace)}
        @zonetrace-follow=${this.#follow}
        @zonetrace-command=${this.#command}
        @zonetrace-view=${(event: ViewEvent) => this.#setView(event.view)}
        @zonetrace-filter=${(event: FilterEvent) => this.#setFilter(event.text)}
        @zonetrace-step-match=${(event: StepMatchEvent) => this.#tree?.stepMatch(event.step)}
        @zonetrace-open-files=${(event: OpenFilesEvent) => this.#open(event.files)}
        @zonetrace-open-source=${this.#openSource}
        @zonetrace-save=${this.#save}
        @zonetrace-move=${this.#move}
        @dragover=${allowFiles}
        @drop=${this.#drop}
        @keydown=${this.#key}
      >
        ${this.#edge()}
        <div class="content">
          <zonetrace-bar
            .panel=${this.panel}
            .version=${this.#store.version}
            .held=${this.#store.held}
            .dock=${this.dock}
            .poppedOut=${this.poppedOut}
            .theme=${this.theme}
            .filter=${this.filterText}
            .view=${this.view}
            .shortcut=${this.panel.options.shortcut ?? 'Alt+Shift+Z'}
          ></zonetrace-bar>
          ${
            this.notice &&
            html`<p class="notice" role="alert">
              <span>${this.notice}</span>
              <button class="link" @click=${() => this.#say('')}>Close</button>
            </p>`
          }
          ${this.helps ? renderHelp(this.panel.options.shortcut ?? 'Alt+Shift+Z', () => this.#help(false)) : nothing}
          <div class="areas">
            <zonetrace-traces
              ?hidden=${isTight}
              .panel=${this.panel}
              .traces=${this.#store.traces}
              .selected=${this.trace}
              .version=${this.#store.version}
              .now=${this.#store.now}
              .held=${this.#store.held}
              .filter=${this.#filter}
              .compared=${this.compared}
            ></zonetrace-traces>
            ${isTight ? nothing : this.#separator(list, inner, 'Size of the list of traces')}
            ${/* A view that comes back is as the reader left it. */ cache(this.#main(this.panel))}
            ${
              this.row < 0
                ? nothing
                : html`${this.#separator(detail, inner, 'Size of the details', true)}
                    <zonetrace-detail
                      .panel=${this.panel}
                      .trace=${this.trace}
                      .row=${this.row}
                      .version=${this.#store.version}
                      .now=${this.#store.now}
                    ></zonetrace-detail>`
            }
          </div>
        </div>
      </div>
    `;
  }

  /** What moves or sizes the panel in the page. */
  #edge() {
    if (this.poppedOut) return nothing;
    if (this.dock === 'float') {
      return html`<zonetrace-float-handle .panel=${this.panel}></zonetrace-float-handle>
        <zonetrace-float-handle .panel=${this.panel} .sizes=${true}></zonetrace-float-handle>`;
    }
    return this.dock === 'bottom'
      ? this.#separator('height', 'horizontal', 'Size of the panel', true)
      : this.#separator('width', 'vertical', 'Size of the panel', this.dock !== 'left');
  }

  #main(panel: PanelHost) {
    return renderView({
      panel,
      store: this.#store,
      view: this.view,
      trace: this.trace,
      compared: this.compared,
      row: this.row,
      filter: this.#filter,
      filterText: this.filterText,
      theme: this.theme,
      names: this.#settings.names,
      resizeNames: this.#resizeNames,
    });
  }

  get #tree(): ZonetraceTrace | null {
    return this.renderRoot.querySelector('zonetrace-trace');
  }

  #separator(key: Size, orientation: 'vertical' | 'horizontal', label: string, inverted = false) {
    const isOuter = key === 'height' || key === 'width';
    const { innerWidth, innerHeight } = this.ownWindow;
    const room = orientation === 'horizontal' ? innerHeight : innerWidth;
    const max = isOuter ? room - MIN_PAGE : (this.stacked ? this.offsetHeight : room) * 0.6;
    return html`<zonetrace-separator
      .panel=${this.panel}
      orientation=${orientation}
      label=${label}
      .value=${Math.min(this.#settings[key], max)}
      .min=${MIN_SIZE}
      .max=${max}
      .inverted=${inverted}
      @zonetrace-resize=${(event: ResizeEvent) => this.#set(key, event.value)}
    ></zonetrace-separator>`;
  }

  #resizeNames = ({ value }: ResizeEvent): void => this.#set('names', value);

  #choose(trace: StoredTrace | undefined): void {
    this.#chosen = trace !== undefined;
    this.#show(trace);
  }

  #show(trace: StoredTrace | undefined): void {
    if (trace === this.trace) return;
    this.trace = trace;
    this.row = -1;
    this.panel?.store.pin(trace);
  }

  #compare(trace: StoredTrace | undefined): void {
    this.#chosen = this.trace !== undefined;
    this.compared = trace === this.compared ? undefined : trace;
    if (this.compared) this.#setView('trace');
  }

  #selectTrace = ({ trace }: SelectTraceEvent): void => {
    this.#choose(trace);
    if (this.view === 'statistics' || this.view === 'diagnostics') this.#setView('trace');
  };

  #showSpan(row: number | undefined): void {
    this.#chosen = true;
    this.row = row ?? -1;
    // What had the focus goes away with the details.
    if (row === undefined) this.#tree?.focusRows();
  }

  #say(notice: string): void {
    this.notice = notice;
  }

  #open(files: Iterable<File>): void {
    const store = this.panel?.store;
    if (!store) return;
    this.#say('');
    this.runOutside(async () => {
      for (const file of files) {
        try {
          this.#choose((await openFile(store, file)) ?? this.trace);
          if (this.view === 'statistics' || this.view === 'diagnostics') this.#setView('trace');
        } catch (error) {
          this.#say((error as Error).message);
        }
      }
      this.#store.read();
    });
  }

  #openSource = ({ position }: OpenSourceEvent): void => {
    const open = this.panel?.sourceOpener?.();
    if (!open) return;
    this.runOutside(async () => this.#say((await open(position)) ?? ''));
  };

  #drop = (event: DragEvent): void => {
    event.preventDefault();
    this.#open([...(event.dataTransfer?.files ?? [])]);
  };

  #save = ({ what }: SaveEvent): void => {
    const store = this.panel?.store;
    const file = store && fileOf(store, this.trace, what, Date.now());
    if (file) download(file);
    else this.#say('There is nothing to save yet: click, type or navigate in the page.');
  };

  #help(shown: boolean): void {
    this.helps = shown;
    this.runOutside(async () => {
      await this.updateComplete;
      // What had the focus goes away.
      if (shown) this.renderRoot.querySelector<HTMLElement>('.help')?.focus();
      else this.#tree?.focusRows();
    });
  }

  #setView(view: View): void {
    this.view = view;
  }

  #setFilter(text: string): void {
    this.filterText = text;
  }

  #set<K extends keyof Settings>(key: K, value: Settings[K]): void {
    this.#settings = { ...this.#settings, [key]: value };
    this.#apply();
    writeSettings(this.#settings);
  }

  /** Puts the settings into effect; sizes go through custom properties, which no policy forbids. */
  #apply(): void {
    const { dock, theme, names: _, ...sizes } = this.#settings;
    this.dock = dock;
    this.theme = theme;
    for (const [key, size] of Object.entries(sizes)) this.style.setProperty(`--${key}`, `${Math.round(size)}px`);
    this.requestUpdate();
  }

  #command = (event: CommandEvent): void => {
    const store = this.panel?.store;
    switch (event.command) {
      case 'record':
        if (store) {
          store.recording = !store.recording;
          store.changed();
        }
        break;
      case 'clear':
        store?.clear();
        this.#choose(undefined);
        break;
      case 'hold':
        this.#store.hold(!this.#store.held);
        break;
      case 'dock':
        this.#set('dock', NEXT_DOCK[this.dock]);
        break;
      case 'pop-out':
        this.dispatchEvent(new Event('zonetrace-pop-out'));
        break;
      case 'theme':
        this.#set('theme', THEMES[(THEMES.indexOf(this.theme) + 1) % THEMES.length] as Theme);
        break;
      case 'help':
        this.#help(!this.helps);
        break;
      case 'close':
        this.dispatchEvent(new Event('zonetrace-close'));
    }
    // Also while held: what the reader does is seen at once.
    this.#store.read();
  };

  #move = ({ x, y, sizes }: MoveEvent): void => {
    const [across, down] = sizes ? (['floatWidth', 'floatHeight'] as const) : (['floatLeft', 'floatTop'] as const);
    this.#set(across, Math.max(1, this.#settings[across] + x));
    this.#set(down, Math.max(1, this.#settings[down] + y));
  };

  #follow = (event: FollowEvent): void => {
    const store = this.panel?.store;
    const found = store && findSpan(store, event.context, this.trace);
    if (!found) return;
    this.#choose(found.trace);
    this.#setView('trace');
    this.runOutside(async () => {
      await this.updateComplete;
      this.#tree?.revealRow(found.row);
    });
  };

  #key = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') {
      // A dialog of the page, in which the panel may stand, is not closed by it.
      event.preventDefault();
      if (this.helps) this.#help(false);
      else if (this.row >= 0) this.#showSpan(undefined);
    }
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.composedPath()[0] instanceof HTMLInputElement) return;
    if (event.key === '?') this.#help(!this.helps);
    if (event.key !== '/') {
      const view = this.renderRoot.querySelector<ZonetraceTrace | ZonetraceTimeline>(
        'zonetrace-trace, zonetrace-timeline',
      );
      if (view?.timeKey(event.code)) event.preventDefault();
      return;
    }
    event.preventDefault();
    this.renderRoot.querySelector('zonetrace-bar')?.focusFilter();
  };
}

/** Without this a browser opens what is dropped instead of the page. */
function allowFiles(event: DragEvent): void {
  if (event.dataTransfer?.types.includes('Files')) event.preventDefault();
}
