import { checkElements, isDefined } from './define-elements.js';
import type { PanelHost } from './host.js';

/** What the panel opens without: an element of each part, and what loads it when it is first wanted. */
const LATE_PARTS = {
  views: ['zonetrace-timeline', () => import('./define-views.js')],
  detail: ['zonetrace-detail', () => import('./define-detail.js')],
} as const;

export type LatePart = keyof typeof LATE_PARTS;

interface LateHost {
  readonly panel: PanelHost | undefined;
  requestUpdate(): void;
  runOutside<R>(fn: () => R): R;
}

/** Loads parts of the panel when they are to be drawn, and has them drawn once they are there. */
export class LateParts {
  readonly #host: LateHost;
  readonly #say: (notice: string) => void;
  readonly #asked = new Set<LatePart>();

  /** `say` is told where a part cannot be had. */
  constructor(host: LateHost, say: (notice: string) => void) {
    this.#host = host;
    this.#say = say;
  }

  /** Whether a part is there; if not, it is asked for. */
  has(part: LatePart): boolean {
    const [element, load] = LATE_PARTS[part];
    if (isDefined(element)) return true;
    if (!this.#asked.has(part)) {
      this.#asked.add(part);
      this.#host.runOutside(() => void this.#load(load));
    }
    return false;
  }

  async #load(load: () => Promise<unknown>): Promise<void> {
    try {
      await load();
      checkElements();
      this.#host.requestUpdate();
    } catch {
      // Not asked for again: it would be at every update.
      this.#say(
        'zonetrace: a part of the panel was not loaded; see that its chunks are served beside it, and reload the page',
      );
    }
  }
}
