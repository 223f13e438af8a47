import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { History } from './history/index.js';
import type { PanelHost } from './host.js';

interface ControllerHost extends ReactiveControllerHost {
  readonly panel: PanelHost | undefined;
  runOutside<R>(fn: () => R): R;
}

/** Has the traces of earlier loads and other tabs come while the panel is open. */
export class HistoryController implements ReactiveController {
  readonly #host: ControllerHost;

  constructor(host: ControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  hostConnected(): void {
    this.#tell((history) => history.show());
  }

  hostDisconnected(): void {
    this.#tell((history) => history.hide());
  }

  /** Forgets what is kept. */
  clear(): void {
    this.#tell((history) => history.clear());
  }

  #tell(act: (history: History) => void): void {
    const history = this.#host.panel?.history;
    if (!history) return;
    this.#host.runOutside(async () => {
      const loaded = await history;
      if (loaded) act(loaded);
    });
  }
}
