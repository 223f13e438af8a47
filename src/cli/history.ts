import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ClassicLevel } from 'classic-level';
import { CliError } from './cli-error.js';

/** As many as the store of a page holds. */
const MAX_SPANS = 100_000;

/** Of the spans as JSON; the database compresses them, and needs some room to tidy up. */
const MAX_BYTES = 128 * 1024 * 1024;

/** What spans are stored as: another folder where that changes. */
const FORMAT = 'spans-1';

/** Digits of a key's number: batches come in its order. */
const DIGITS = 12;

interface Batch {
  /** Its number, its spans and its bytes, so that what there is can be told without reading it. */
  readonly key: string;
  readonly spans: number;
  readonly bytes: number;
}

/**
 * The last spans, in batches as they came, in a database on disk. What has been added is there after the process was
 * killed, as it has been handed to the operating system; not after a power cut, as the disk may not have it yet.
 */
export class History {
  readonly #database: ClassicLevel<string, string>;
  readonly #batches: Batch[];
  #next: number;
  #spans = 0;
  #bytes = 0;

  private constructor(database: ClassicLevel<string, string>, keys: readonly string[]) {
    this.#database = database;
    this.#batches = keys.map(readKey);
    this.#next = Number(keys.at(-1)?.slice(0, DIGITS) ?? -1) + 1;
    for (const { spans, bytes } of this.#batches) {
      this.#spans += spans;
      this.#bytes += bytes;
    }
  }

  /** Throws a `CliError` where another process has the folder open, or it cannot be used. */
  static async open(folder: string): Promise<History> {
    const { ClassicLevel } = await loadDatabase();
    const database = new ClassicLevel<string, string>(join(folder, FORMAT));
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 }); // spans tell of the user's work
      await database.open();
      return new History(database, await database.keys().all());
    } catch (cause) {
      throw new CliError(reasonOf(cause, folder), 1, { cause });
    }
  }

  /** What is kept now. */
  get stats(): { spans: number; bytes: number } {
    return { spans: this.#spans, bytes: this.#bytes };
  }

  /** Keeps an array of spans, written as JSON; the oldest ones go where there are too many. Rejects if the disk fails. */
  async add(json: string, spans: number): Promise<void> {
    const bytes = Buffer.byteLength(json);
    const key = [String(this.#next++).padStart(DIGITS, '0'), spans, bytes].join(':');
    const dropped = this.#dropFor(spans, bytes);
    await this.#database.batch([
      { type: 'put', key, value: json },
      ...dropped.map((each) => ({ type: 'del' as const, key: each })),
    ]);
    this.#batches.push({ key, spans, bytes });
    this.#spans += spans;
    this.#bytes += bytes;
  }

  /** The arrays of spans, as they were added, oldest first. */
  read(): AsyncIterable<string> {
    return this.#database.values();
  }

  async clear(): Promise<void> {
    this.#batches.length = 0;
    this.#spans = this.#bytes = 0;
    await this.#database.clear();
  }

  close(): Promise<void> {
    return this.#database.close();
  }

  #dropFor(spans: number, bytes: number): string[] {
    let count = 0;
    for (const batch of this.#batches) {
      if (this.#spans + spans <= MAX_SPANS && this.#bytes + bytes <= MAX_BYTES) break;
      this.#spans -= batch.spans;
      this.#bytes -= batch.bytes;
      count++;
    }
    return this.#batches.splice(0, count).map(({ key }) => key);
  }
}

function readKey(key: string): Batch {
  const [, spans, bytes] = key.split(':');
  return { key, spans: Number(spans), bytes: Number(bytes) };
}

/** An optional package, as pages that are traced do not need it. */
async function loadDatabase(): Promise<typeof import('classic-level')> {
  try {
    return await import('classic-level');
  } catch (cause) {
    throw new CliError(
      `the database in which spans are kept could not be loaded (${(cause as Error).message.split('\n')[0]}); ` +
        'run npm install classic-level',
      1,
      { cause },
    );
  }
}

function reasonOf(error: unknown, folder: string): string {
  const { cause, message } = error as Error;
  const { code, message: reason = message } = (cause ?? {}) as { code?: string; message?: string };
  if (code === 'LEVEL_LOCKED') {
    return `another zonetrace keeps its spans in ${folder}; stop it, or choose another folder with --data`;
  }
  if (code === 'LEVEL_CORRUPTION') {
    return `what is kept in ${folder} is damaged (${reason}); delete the folder, or choose another with --data`;
  }
  return `spans cannot be kept in ${folder} (${reason}); choose another folder with --data`;
}
