import type { ReactiveControllerHost } from 'lit';
import { listStep } from './layout/list-keys.js';
import { RowWindow } from './row-window.js';

interface Named {
  readonly name: string;
}

type ListHost = ConstructorParameters<typeof RowWindow>[0] &
  ReactiveControllerHost & { readonly renderRoot: ParentNode };

/** A list with a row for each name: which rows are drawn, the one that the keys are at, and what they do. */
export class NameList<Row extends Named> {
  readonly window: RowWindow;
  rows: readonly Row[] = [];
  readonly #host: ListHost;
  readonly #chosen: (name: string) => void;
  #active: string | undefined;

  /** `chosen` is told the name of a row that the reader clicks, or presses Enter at. */
  constructor(host: ListHost, chosen: (name: string) => void) {
    this.#host = host;
    this.#chosen = chosen;
    this.window = new RowWindow(host);
  }

  /** The name that the keys are at. */
  get active(): string | undefined {
    return this.#active;
  }

  /** The place of the row that the keys are at, or -1. */
  get at(): number {
    return this.rows.findIndex(({ name }) => name === this.#active);
  }

  choose(name: string): void {
    this.#goTo(name);
    this.#chosen(name);
  }

  /** To be called once the host is updated. */
  updated(): void {
    const scroller = this.#host.renderRoot.querySelector<HTMLElement>('.scroller');
    if (scroller) this.window.attach(scroller);
  }

  key = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target !== event.currentTarget) return;
    const { at, rows } = this;
    if (event.key === 'Enter' && at >= 0) this.choose((rows[at] as Row).name);
    const index = listStep(event.key, at, rows.length, this.window.page);
    if (index === undefined) return;
    event.preventDefault();
    this.#goTo(rows[index]?.name);
    this.window.reveal(index);
  };

  #goTo(name: string | undefined): void {
    this.#active = name;
    this.#host.requestUpdate();
  }
}
