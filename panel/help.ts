import { html } from 'lit';
import { CommandEvent } from './events.js';
import { PanelElement } from './panel-element.js';

const KEYS: readonly (readonly [string, string])[] = [
  ['W S', 'zoom at the pointer'],
  ['A D', 'pan'],
  ['0', 'show all of the time'],
  ['F', 'show the chosen span'],
  ['Ctrl+wheel, Shift+wheel', 'zoom, pan'],
  ['drag over the axis', 'show a part'],
  ['R', 'show the chosen span as the whole tree; Esc: all again'],
  ['E', 'show the newest error, then the next ones'],
  ['G', 'one row for the spans of one name below the chosen one'],
  ['Enter, double click', 'zoom to the span, and back'],
  ['arrows, Home, End, PageUp, PageDown', 'walk the tree or list'],
  ['/', 'filter; Enter, Shift+Enter: next and previous match'],
  ['Ctrl+click, or C in the list', 'compare the chosen trace with this one, by name'],
  ['Esc', 'one step back'],
  ['-, + or right click on what opens the panel', 'make it small, or large again'],
];

/**
 * The keys, as long as the reader wants to see them: in the panel's own tree, whose styles it has.
 *
 * @fires zonetrace-command - the reader closed it
 */
export class ZonetraceHelp extends PanelElement {
  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override firstUpdated(): void {
    this.focus();
  }

  protected override render() {
    const shortcut = this.panel?.options.shortcut ?? 'Alt+Shift+Z';
    return html`<div class="keys">${[...KEYS, [shortcut, 'open and close the panel'] as const].map(
      ([keys, what]) => html`<dl><dt><kbd>${keys}</kbd></dt><dd>${what}</dd></dl>`,
    )}</div>
    <button class="link" @click=${() => this.dispatchEvent(new CommandEvent('help'))}>Close</button>`;
  }
}
