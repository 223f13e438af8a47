import { html, nothing, type PropertyDeclarations, type PropertyValues } from 'lit';
import { cache } from 'lit/directives/cache.js';
import type { StoredTrace } from '../src/store/stored-trace.js';
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
import { FileActions } from './file-actions.js';
import { findSpan } from './find-span.js';
import { HistoryController } from './history-controller.js';
import type { Dock, PanelHost, Theme } from './host.js';
import { keepEvents } from './keep-events.js';
import { LateParts } from './late-parts.js';
import { type Filter, parseFilter } from './layout/filter.js';
import { nextError } from './next-error.js';
import { observeSize } from './observe-size.js';
import { panelStyles } from './panel.styles.js';
import { PanelElement } from './panel-element.js';
import { type Edges, renderDetailEdge, renderEdge, renderListEdge } from './render-edges.js';
import { renderView } from './render-view.js';
import { Selection } from './selection.js';
import { SettingsController } from './settings-controller.js';
import { StoreController } from './store-controller.js';
import type { ZonetraceTimeline } from './timeline/zonetrace-timeline.js';
import type { ZonetraceTrace } from './trace/zonetrace-trace.js';
import type { ZonetraceTraces } from './traces/zonetrace-traces.js';
import { windowOf } from './window-of.js';

/** px: in a narrower panel the areas stand one above the other. */
const NARROW = 640;

/** px: in a narrower panel the details have no room beside list and tree, in a lower one not below them. */
const TIGHT_WIDTH = 800;
const TIGHT_HEIGHT = 560;

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
    filterText: { state: true },
    view: { state: true },
    notice: { state: true },
    helps: { state: true },
  };

  declare theme: Theme;
  declare dock: Dock;
  /** It is in a window of its own. */
  declare poppedOut: boolean;
  /** For `keepAbove`. */
  removed: (() => void) | undefined;
  /** The areas stand one above the other. */
  declare protected stacked: boolean;
  declare protected filterText: string;
  declare protected view: View;
  /** What went wrong, until the reader has read it. */
  declare protected notice: string;
  /** The keys are shown. */
  declare protected helps: boolean;

  #settings = new SettingsController(this);
  #store = new StoreController(this);
  #selection = new Selection(this);
  #history = new HistoryController(this);
  #late = new LateParts(this, (notice) => this.#say(notice));
  #files = new FileActions(
    this,
    (notice) => this.#say(notice),
    (trace) => {
      this.#selection.choose(trace ?? this.#selection.trace);
      this.#showTrace();
      this.#store.read();
      this.#revealTrace();
    },
  );
  #filter: Filter;
  /** px. */
  #width = 0;
  #height = 0;
  #undo: (() => void) | undefined;
  #stopObserving: (() => void) | undefined;

  constructor() {
    super();
    this.theme = 'system';
    this.dock = 'bottom';
    this.poppedOut = false;
    this.stacked = false;
    this.filterText = '';
    this.view = 'trace';
    this.notice = '';
    this.helps = false;
  }

  /** @internal */
  static override styles = panelStyles;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#undo = keepEvents(this);
    const measure = () => {
      this.#width = this.offsetWidth;
      this.#height = this.offsetHeight;
      this.requestUpdate();
    };
    this.#stopObserving = observeSize(this, this, measure);
    measure();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#undo?.();
    this.#stopObserving?.();
    this.removed?.();
  }

  /** Its keys can be used at once. */
  async takeFocus(): Promise<void> {
    await this.updateComplete;
    const rows = this.renderRoot.querySelector<ZonetraceTraces | ZonetraceTrace>(
      'zonetrace-traces:not([hidden]), zonetrace-trace',
    );
    await rows?.updateComplete;
    rows?.focusRows();
  }

  protected override willUpdate(changed: PropertyValues): void {
    const isSide = !this.poppedOut && (this.dock === 'left' || this.dock === 'right');
    this.stacked = isSide || (this.#width > 0 && this.#width < NARROW);
    this.#selection.follow(this.#store.traces);
    if (changed.has('filterText')) this.#filter = parseFilter(this.filterText);
  }

  protected override render() {
    if (!this.panel) return nothing;
    const { trace, row, compared } = this.#selection;
    // Where there is no room for three, what belongs to the selected span goes before the list.
    const isTight = row >= 0 && (this.stacked ? this.#height < TIGHT_HEIGHT : this.#width < TIGHT_WIDTH);
    const both = row >= 0 && !isTight;
    const edges = this.#edges(both);
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
        @zonetrace-view=${(event: ViewEvent) => {
          this.view = event.view;
        }}
        @zonetrace-filter=${(event: FilterEvent) => {
          this.filterText = event.text;
        }}
        @zonetrace-step-match=${this.#stepMatch}
        @zonetrace-open-files=${(event: OpenFilesEvent) => this.#files.open(event.files)}
        @zonetrace-open-source=${this.#openSource}
        @zonetrace-save=${(event: SaveEvent) => this.#files.save(event, this.#selection.trace)}
        @zonetrace-move=${(event: MoveEvent) => this.#settings.move(event)}
        @dragover=${this.#files.allow}
        @drop=${this.#files.drop}
        @keydown=${this.#key}
      >
        ${renderEdge(edges)}
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
          ${
            this.#files.reading &&
            html`<p class="notice" role="status">
              <span>Reading ${this.#files.reading.name}</span><progress aria-label="Part that is read" .value=${this.#files.reading.part}></progress>
            </p>`
          }
          ${
            this.helps && this.#late.has('detail')
              ? html`<zonetrace-help
                  class="help"
                  role="dialog"
                  aria-label="Keys"
                  tabindex="-1"
                  .panel=${this.panel}
                ></zonetrace-help>`
              : nothing
          }
          <div class=${both ? 'areas both' : 'areas'}>
            <zonetrace-traces
              ?hidden=${isTight}
              .panel=${this.panel}
              .traces=${this.#store.traces}
              .selected=${trace}
              .version=${this.#store.version}
              .now=${this.#store.now}
              .held=${this.#store.held}
              .filter=${this.#filter}
              .compared=${compared}
            ></zonetrace-traces>
            ${isTight ? nothing : renderListEdge(edges)}
            ${/* A view that comes back is as the reader left it. */ cache(this.#main(this.panel))}
            ${
              row >= 0 && this.#late.has('detail')
                ? html`${renderDetailEdge(edges)}
                    <zonetrace-detail
                      .panel=${this.panel}
                      .trace=${trace}
                      .row=${row}
                      .version=${this.#store.version}
                      .now=${this.#store.now}
                    ></zonetrace-detail>`
                : nothing
            }
          </div>
        </div>
      </div>
    `;
  }

  #edges(both: boolean): Edges {
    const { panel, dock, poppedOut, stacked } = this;
    const [width, height] = [this.#width, this.#height];
    return { panel, settings: this.#settings, dock, poppedOut, stacked, both, width, height, window: windowOf(this) };
  }

  #main(panel: PanelHost) {
    return renderView({
      panel,
      late: this.#late,
      store: this.#store,
      view: this.view,
      trace: this.#selection.trace,
      compared: this.#selection.compared,
      row: this.#selection.row,
      filter: this.#filter,
      filterText: this.filterText,
      theme: this.theme,
      names: this.#settings.current.names,
      resizeNames: this.#resizeNames,
    });
  }

  get #tree(): ZonetraceTrace | null {
    return this.renderRoot.querySelector('zonetrace-trace');
  }

  get #timed(): ZonetraceTrace | ZonetraceTimeline | null {
    return this.renderRoot.querySelector('zonetrace-trace, zonetrace-timeline');
  }

  /** To a match in what is shown; else to the first trace of the list that has one. */
  #stepMatch = ({ step }: StepMatchEvent): void => {
    if (this.#timed?.stepMatch(step)) return;
    const trace = this.renderRoot.querySelector('zonetrace-traces')?.first;
    if (!this.#filter || !trace) return;
    this.#selection.choose(trace);
    this.view = 'trace';
    this.runOutside(async () => {
      await this.updateComplete;
      this.#tree?.stepMatch(step);
    });
  };

  #resizeNames = ({ value }: ResizeEvent): void => this.#settings.set('names', value);

  #compare(trace: CompareEvent['trace']): void {
    if (this.#selection.compare(trace)) this.view = 'trace';
  }

  #selectTrace = ({ trace }: SelectTraceEvent): void => {
    this.#selection.choose(trace);
    this.#showTrace();
  };

  /** The timeline, too, shows which trace is chosen. */
  #showTrace(): void {
    if (this.view !== 'timeline') this.view = 'trace';
  }

  #showSpan(row: number | undefined): void {
    this.#selection.chooseSpan(row);
    // What had the focus goes away with the details.
    if (row === undefined) this.#tree?.focusRows();
  }

  #openSource = ({ position }: OpenSourceEvent): void => {
    const open = this.panel?.sourceOpener?.();
    if (!open) return;
    this.runOutside(async () => this.#say((await open(position)) ?? ''));
  };

  #say = (notice: string): void => {
    this.notice = notice;
  };

  #help(shown: boolean): void {
    this.helps = shown;
    // What had the focus goes away.
    if (!shown) this.runOutside(() => void this.updateComplete.then(() => this.#tree?.focusRows()));
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
        this.#history.clear();
        this.#selection.choose(undefined);
        break;
      case 'hold':
        this.#store.hold(!this.#store.held);
        break;
      case 'dock':
        this.#settings.nextDock();
        break;
      case 'pop-out':
        this.dispatchEvent(new Event('zonetrace-pop-out'));
        break;
      case 'theme':
        this.#settings.nextTheme();
        break;
      case 'help':
        this.#help(!this.helps);
        break;
      case 'next-error':
        this.#nextError();
        break;
      case 'close':
        this.dispatchEvent(new Event('zonetrace-close'));
    }
    // Also while held: what the reader does is seen at once.
    this.#store.read();
  };

  #follow = (event: FollowEvent): void => {
    const store = this.panel?.store;
    const found = store && findSpan(store, event.context, this.#selection.trace);
    if (found) this.#reveal(found);
    else
      this.#say(
        'zonetrace: that span is not here; it went with the oldest traces, or another process has it: see the backend',
      );
  };

  #nextError(): void {
    const { trace, row } = this.#selection;
    const found = this.panel && nextError(this.panel.store, this.#store.traces, row >= 0 ? trace : undefined, row);
    if (found) this.#reveal(found);
  }

  #reveal({ trace, row }: { trace: StoredTrace; row: number }): void {
    this.#selection.choose(trace);
    this.#selection.compare(undefined);
    this.view = 'trace';
    this.#revealTrace();
    this.runOutside(async () => {
      await this.updateComplete;
      this.#tree?.revealRow(row);
    });
  }

  /** Has the list show the chosen trace, where the reader has chosen it elsewhere. */
  #revealTrace(): void {
    this.runOutside(async () => {
      await this.updateComplete;
      const list = this.renderRoot.querySelector('zonetrace-traces');
      await list?.updateComplete;
      list?.revealSelected();
    });
  }

  #key = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') {
      // A dialog of the page, in which the panel may stand, is not closed by it.
      event.preventDefault();
      if (this.helps) this.#help(false);
      else if (this.#selection.row >= 0) this.#showSpan(undefined);
    }
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if ((event.composedPath()[0] as Element).matches('input, select')) return;
    if (event.key === '?') this.#help(!this.helps);
    if (event.code === 'KeyE') this.#nextError();
    if (event.key !== '/') {
      if (this.#timed?.timeKey(event.code)) event.preventDefault();
      return;
    }
    event.preventDefault();
    this.renderRoot.querySelector('zonetrace-bar')?.focusFilter();
  };
}
