import { LitElement, type PropertyDeclarations } from 'lit';
import type { PanelHost } from './host.js';

/** What the elements of the panel share: they update where no span is current, whoever asked for the update. */
export abstract class PanelElement extends LitElement {
  static override properties: PropertyDeclarations = { panel: { attribute: false } };

  declare panel: PanelHost | undefined;

  constructor() {
    super();
    this.panel = undefined;
  }

  protected override performUpdate(): void {
    this.runOutside(() => super.performUpdate());
  }

  runOutside<R>(fn: () => R): R {
    return this.panel ? this.panel.runOutside(fn) : fn();
  }
}
