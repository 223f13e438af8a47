import type { StoredTrace } from '../src/store/stored-trace.js';
import type { SaveEvent } from './events.js';
import type { PanelHost } from './host.js';

/** ms between two looks at what is done of a file: each of them draws the panel anew, which a large file would wait for. */
const PROGRESS_INTERVAL = 80;

interface FilesHost {
  requestUpdate(): void;
  readonly panel: PanelHost | undefined;
  runOutside<R>(fn: () => R): R;
}

/** What becomes of files that the reader opens, drops and saves. */
export class FileActions {
  /** The file that is being read, and the part (0 to 1) of it that is done. */
  reading: { readonly name: string; readonly part: number } | undefined;
  #toldAt = Number.NEGATIVE_INFINITY;
  readonly #host: FilesHost;
  readonly #say: (notice: string) => void;
  readonly #opened: (trace: StoredTrace | undefined) => void;

  /** `say` is told what the reader has to know, or '' when it no longer matters; `opened` the first trace of each file. */
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
      const remarks: string[] = [];
      for (const file of files) {
        try {
          this.#tell({ name: file.name, part: 0 });
          const { openFile } = await loadFiles();
          const { trace, remark } = await openFile(store, file, (part) => this.#progress(file, part));
          if (remark) remarks.push(remark);
          this.#opened(trace);
        } catch (error) {
          remarks.push((error as Error).message);
        }
      }
      this.#tell(undefined);
      this.#say(remarks.join('\n'));
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
    if (!store) return;
    this.#host.runOutside(async () => {
      try {
        const { download, fileOf } = await loadFiles();
        const file = await fileOf(store, trace, what, Date.now());
        if (file) download(file);
        else this.#say('There is nothing to save yet: click, type or navigate in the page.');
      } catch (error) {
        this.#say((error as Error).message);
      }
    });
  }

  #progress({ name }: File, part: number): void {
    const now = performance.now();
    if (now - this.#toldAt < PROGRESS_INTERVAL) return;
    this.#toldAt = now;
    this.#tell({ name, part });
  }

  #tell(reading: FileActions['reading']): void {
    this.reading = reading;
    this.#host.requestUpdate();
  }
}

/** What reads and writes files is loaded when there is one. */
async function loadFiles(): Promise<typeof import('./files.js')> {
  try {
    return await import('./files.js');
  } catch (cause) {
    throw new Error('zonetrace: the part of the panel for files was not loaded; reload the page and try again', {
      cause,
    });
  }
}
