import type { TracingOptions } from '../options.js';

/** Options of `startTracing` that can be written into the page: those without functions and instances. */
export type PageTracingOptions = Omit<
  TracingOptions,
  'exporters' | 'processors' | 'redact' | 'sampler' | 'propagateTo' | 'ignoreUrls'
> & {
  /** `'always'`, `'never'`, or a share. */
  sampler?: 'always' | 'never' | number;
  /** Origins, or URLs up to a path. */
  propagateTo?: readonly string[];
  /** Origins, or URLs up to a path. */
  ignoreUrls?: readonly string[];
};

/**
 * The module that the page loads first: it starts tracing, unless the page does that itself. In development, where there is
 * an `openPath`, the spans of the servers come to it, and its overlay opens sources in the editor by requests to that path.
 */
export function pageModule(tracing: false | PageTracingOptions, openPath: string | undefined): string {
  const lines: string[] = [];
  if (tracing) lines.push("import { startTracing } from 'zonetrace';", `startTracing(${writeOptions(tracing)});`);
  if (openPath !== undefined) {
    lines.push(
      "import { joinServerSpans, openSourcesAt } from 'zonetrace/server-spans';",
      'joinServerSpans(import.meta.hot);',
      `openSourcesAt(${JSON.stringify(openPath)});`,
    );
  }
  return lines.join('\n');
}

function writeOptions(options: PageTracingOptions): string {
  return JSON.stringify(options, (name, value: unknown) => {
    const isPlain = typeof value !== 'object' || value === null || Array.isArray(value) || isRecord(value);
    if (isPlain && typeof value !== 'function' && typeof value !== 'symbol' && typeof value !== 'bigint') return value;
    throw new TypeError(
      `zonetrace: the option tracing has a value that cannot be written into a page, at ${name}; ` +
        'set tracing: false and call startTracing in a module of the page',
    );
  });
}

function isRecord(value: object): boolean {
  return Object.getPrototypeOf(value) === Object.prototype || Object.getPrototypeOf(value) === null;
}
