import type { StoredTrace } from '../src/store/span-store.js';
import type { SaveEvent } from './events.js';
import { download, fileOf, openFile } from './files.js';
import type { PanelHost } from './host.js';

interface FilesHost {
  readonly panel: PanelHost | undefined;
  runOutside<R>(fn: () => R): R;
}

/** What becomes of files that the reader opens, drops and saves. */
export class FileActions {
  readonly #host: FilesHost;
  readonly #say: (notice: string) => void;
  readonly #opened: (trace: StoredTrace | undefined) => void;

  /** `say` is told what went wrong, or '' when it no longer matters; `opened` the first trace of each file. */
  constructor(host: FilesHost, say: (notice: string) => void, opened: (trace: StoredTrace | undefined) => void) {
    this.#host = host;
    this.#say = say;
    this.#opened = opened;
  }

  open(files: Iterable<File>): void {
    const store = this.#host.panel?.store;
    if (!store) return;
    this.#say('');
    this.#host.runOutside(async () => {
      for (const file of files) {
        try {
          this.#opened(await openFile(store, file));
        } catch (error) {
          this.#say((error as Error).message);
        }
      }
    });
  }

  /** For `dragover`: without this a browser opens what is dropped instead of the page. */
  allow(event: DragEvent): void {
    if (event.dataTransfer?.types.includes('Files')) event.preventDefault();
  }

  drop = (event: DragEvent): void => {
    event.preventDefault();
    this.open([...(event.dataTransfer?.files ?? [])]);
  };

  save({ what }: SaveEvent, trace: StoredTrace | undefined): void {
    const store = this.#host.panel?.store;
    const file = store && fileOf(store, trace, what, Date.now());
    if (file) download(file);
    else this.#say('There is nothing to save yet: click, type or navigate in the page.');
  }
}
