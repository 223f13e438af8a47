import { html, nothing, type PropertyDeclarations } from 'lit';
import {
  type Command,
  CommandEvent,
  FilterEvent,
  OpenFilesEvent,
  SaveEvent,
  StepMatchEvent,
  type View,
  ViewEvent,
} from '../events.js';
import type { Saved } from '../files.js';
import type { Dock, Theme } from '../host.js';
import { type IconName, icon } from '../icons.js';
import { formatCount } from '../layout/format-count.js';
import { PanelElement } from '../panel-element.js';
import { NEXT_DOCK } from '../settings.js';
import { base } from '../styles.js';
import { barStyles } from './bar.styles.js';

const VIEWS: readonly (readonly [View, string, string])[] = [
  ['trace', 'Trace', 'The spans of one trace as a tree'],
  ['timeline', 'Timeline', 'All spans of the page on one axis'],
  ['statistics', 'Statistics', 'How often and how long, by name'],
  ['diagnostics', 'Diagnostics', 'What was lost, left open or dropped, and what to do'],
];

const SAVED: readonly (readonly [Saved, string])[] = [
  ['otlp', 'This trace as OTLP JSON'],
  ['otlp-all', 'All traces as OTLP JSON'],
  ['chrome', 'This trace for Perfetto (Chrome Trace Event)'],
  ['chrome-all', 'All traces for Perfetto (Chrome Trace Event)'],
  ['svg', 'Picture of this trace (SVG)'],
  ['png', 'Picture of this trace (PNG)'],
];

const NEXT_THEME: Record<Theme, string> = { system: 'light', light: 'dark', dark: 'system' };

/**
 * The row of controls above everything.
 *
 * @fires zonetrace-command - a button was pressed
 * @fires zonetrace-view - another view is wanted
 * @fires zonetrace-open-files - files were chosen
 * @fires zonetrace-save - a file is wanted
 * @fires zonetrace-filter - the filter was changed
 * @fires zonetrace-step-match - Enter or Shift+Enter in the filter
 */
export class ZonetraceBar extends PanelElement {
  static override properties: PropertyDeclarations = {
    version: { type: Number },
    held: { type: Boolean },
    dock: {},
    poppedOut: { type: Boolean },
    theme: {},
    filter: {},
    shortcut: {},
    view: {},
  };

  /** Of the store; asks for an update when it changes. */
  declare version: number;
  declare held: boolean;
  declare dock: Dock;
  /** The panel is in a window of its own. */
  declare poppedOut: boolean;
  declare theme: Theme;
  declare filter: string;
  declare shortcut: string;
  declare view: View;

  constructor() {
    super();
    this.version = 0;
    this.held = false;
    this.dock = 'bottom';
    this.poppedOut = false;
    this.theme = 'system';
    this.filter = '';
    this.shortcut = '';
    this.view = 'trace';
  }

  static override styles = [base, barStyles];

  /** Puts the cursor into the filter. */
  focusFilter(): void {
    this.renderRoot.querySelector<HTMLInputElement>('input[type=search]')?.select();
  }

  protected override render() {
    const store = this.panel?.store;
    if (!store) return nothing;
    const { recording } = store;
    const otherDock = NEXT_DOCK[this.dock];
    return html`
      <div role="toolbar" aria-label="zonetrace">
        ${this.#button('record', recording ? 'record' : 'paused', recording ? 'Pause recording' : 'Record again', recording)}
        ${this.#button('clear', 'clear', 'Clear all traces, also those kept of earlier loads')}
        <i></i>
        <button
          class=${this.held ? 'hold held' : 'hold'}
          title=${this.held ? 'The view stands still; go on with live data' : 'Let the view stand still; recording goes on'}
          @click=${this.#press('hold')}
        >
          <span class="lamp"></span>${this.held ? 'Held' : 'Live'}
        </button>
        <i></i>
        <label class="filter">
          ${icon('filter')}
          <input
            type="search"
            placeholder="Filter spans"
            aria-label="Filter by name, service, attribute (key=value), event, status or id"
            title="Name, service, attribute (key=value), event, status or id. Enter: next match"
            spellcheck="false"
            autocomplete="off"
            .value=${this.filter}
            @input=${this.#filtered}
            @keydown=${this.#key}
          />
        </label>
        <select class="view" aria-label="View" @change=${this.#viewed}>
          ${VIEWS.map(([view, label]) => html`<option value=${view} .selected=${this.view === view}>${label}</option>`)}
        </select>
        <span class="views" role="group" aria-label="View">
          ${VIEWS.map(
            ([view, label, title]) => html`<button
              title=${title}
              aria-pressed=${this.view === view}
              @click=${() => this.dispatchEvent(new ViewEvent(view))}
            >
              ${label}
            </button>`,
          )}
        </span>
        <span class="tools">
          ${this.#counts()}
        <label class="icon" title="Open a file: OTLP, Jaeger, Zipkin or Chrome Trace Event. Or drop it into the panel">
          ${icon('open')}<input type="file" multiple aria-label="Open a file of traces" @change=${this.#open} />
        </label>
        <label class="icon" title="Save">
          ${icon('save')}
          <select aria-label="Save" @change=${this.#save}>
            <option value="" selected disabled>Save</option>
            ${SAVED.map(([what, label]) => html`<option value=${what}>${label}</option>`)}
          </select>
        </label>
        ${this.#button('help', 'help', 'Keys (?)')}
        ${this.#button('theme', this.theme, `Theme: ${this.theme}. Change to ${NEXT_THEME[this.theme]}`)}
        ${this.poppedOut ? nothing : this.#button('dock', otherDock, otherDock === 'float' ? 'Let it float' : `Dock to the ${otherDock}`)}
        ${this.poppedOut ? nothing : this.#button('pop-out', 'window', 'Into a window of its own')}
        ${this.panel?.isAlone ? nothing : this.#button('close', 'close', `Close (${this.shortcut})`)}
        </span>
      </div>
    `;
  }

  #counts() {
    const store = this.panel?.store;
    if (!store) return nothing;
    const { openSpans, errors, droppedSpans } = store;
    const traces = store.traces.reduce((count, trace) => count + (trace.rows.length > 0 ? 1 : 0), 0);
    return html`<span class="counts">
      ${
        errors > 0
          ? html`<button class="error" data-command="next-error" title="Show the newest, then the next ones (E)" @click=${this.#press('next-error')}>
              ${counted(errors, 'error')}
            </button>`
          : nothing
      }
      ${openSpans > 0 ? html`<span>${formatCount(openSpans)} open</span>` : nothing}
      ${
        droppedSpans > 0
          ? html`<span title="Spans that came while paused, beyond a trace's limit, or went to make room">
              ${formatCount(droppedSpans)} dropped
            </span>`
          : nothing
      }
      <span>${counted(traces, 'trace')}</span>
      <span>${counted(store.size, 'span')}</span>
    </span>`;
  }

  /** The title says what it does, which is its name as well: no state beside it, which a screen reader would say once more. */
  #button(command: Command, shape: IconName, title: string, on = false) {
    return html`<button
      class=${on ? 'icon on' : 'icon'}
      data-command=${command}
      title=${title}
      aria-label=${title}
      @click=${this.#press(command)}
    >
      ${icon(shape)}
    </button>`;
  }

  #press(command: Command) {
    return () => this.dispatchEvent(new CommandEvent(command));
  }

  #open = (event: Event): void => {
    const input = event.target as HTMLInputElement;
    this.dispatchEvent(new OpenFilesEvent(input.files ?? []));
    input.value = '';
  };

  #save = (event: Event): void => {
    const select = event.target as HTMLSelectElement;
    this.dispatchEvent(new SaveEvent(select.value as Saved));
    select.value = '';
  };

  #viewed = (event: Event): void => {
    this.dispatchEvent(new ViewEvent((event.target as HTMLSelectElement).value as View));
  };

  #filtered = (event: Event): void => {
    this.dispatchEvent(new FilterEvent((event.target as HTMLInputElement).value));
  };

  #key = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') this.dispatchEvent(new StepMatchEvent(event.shiftKey ? -1 : 1));
    else if (event.key === 'Escape' && this.filter !== '') {
      event.stopPropagation();
      this.dispatchEvent(new FilterEvent(''));
    }
  };
}

function counted(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}
