import * as zonetrace from './index.js';
import type { TracingOptions } from './options.js';
import { warnOnce } from './warn.js';

/** The attributes of the script tag, without `data-`. */
const ATTRIBUTES = [
  'service',
  'version',
  'environment',
  'otlp',
  'sample',
  'sampleSessions',
  'keepErrors',
  'keepSlower',
  'panel',
  'console',
  'propagateTo',
  'ignoreUrls',
  'start',
];

const PANEL: Record<string, TracingOptions['panel']> = { open: 'open', true: true, '': true, false: false };

function readAttributes(data: DOMStringMap): TracingOptions {
  for (const name of Object.keys(data)) {
    if (!ATTRIBUTES.includes(name))
      warnOnce(`the script tag has an unknown attribute (data) "${name}"; known are ${ATTRIBUTES.join(', ')}`);
  }
  const { service, version, environment, otlp, panel, propagateTo } = data;
  const exporters: zonetrace.SpanExporter[] = wordsOf(otlp).map((url) => new zonetrace.OtlpHttpExporter({ url }));
  if (isOn(data['console'])) exporters.push(new zonetrace.ConsoleExporter());
  const options: TracingOptions = {
    service: {
      ...(service ? { name: service } : {}),
      ...(version ? { version } : {}),
      ...(environment ? { environment } : {}),
    },
    exporters,
  };
  if (propagateTo) options.propagateTo = wordsOf(propagateTo);
  if (data['ignoreUrls']) options.ignoreUrls = wordsOf(data['ignoreUrls']);
  const { sample, sampleSessions, keepErrors, keepSlower } = data;
  // What is neither a word nor a share is named by startTracing.
  if (sample) options.sampler = (Number.isNaN(Number(sample)) ? sample : Number(sample)) as zonetrace.Sampler;
  if (sampleSessions) options.sampler = { session: Number(sampleSessions) };
  if (isOn(keepErrors) || keepSlower) {
    options.tail = { errors: isOn(keepErrors), ...(keepSlower ? { slowerThan: Number(keepSlower) } : {}) };
  }
  if (panel !== undefined) {
    if (Object.hasOwn(PANEL, panel)) Object.assign(options, { panel: PANEL[panel] });
    else warnOnce(`the script tag has data-panel="${panel}"; use open, true or false`);
  }
  return options;
}

function isOn(value: string | undefined): boolean {
  return value !== undefined && value !== 'false';
}

function wordsOf(list = ''): string[] {
  return list.split(/[\s,]+/).filter(Boolean);
}

function start(): void {
  const scope = globalThis as { zonetrace?: typeof zonetrace & { tracing?: zonetrace.Tracing } };
  if (scope.zonetrace) {
    warnOnce('a second script tag of zonetrace was loaded and does nothing; load it once');
    return;
  }
  const data = document.currentScript instanceof HTMLElement ? document.currentScript.dataset : {};
  scope.zonetrace = { ...zonetrace };
  if (data['start'] !== 'false') scope.zonetrace.tracing = zonetrace.startTracing(readAttributes(data));
}

start();
