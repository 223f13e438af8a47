import { withSpan } from 'zonetrace';
import { ApiError } from './api.js';
import { byId, element } from './dom.js';
import { formatCount, formatRevenue } from './format.js';

interface ReportLine {
  category: string;
  month: number;
  sold: number;
  cents: number;
}

interface Sales {
  sold: number;
  cents: number;
}

export function connectReport(): void {
  const dialog = byId('report', HTMLDialogElement);
  let controller: AbortController | undefined;
  byId('close-report', HTMLElement).addEventListener('click', () => dialog.close());
  dialog.addEventListener('close', () => controller?.abort());
  byId('open-report', HTMLElement).addEventListener('click', async () => {
    dialog.showModal();
    controller = new AbortController();
    const { signal } = controller;
    try {
      await withSpan('sales report', () => loadReport(signal));
    } catch (error) {
      if (!signal.aborted) setState(error instanceof Error ? error.message : 'The report failed.');
    }
  });
}

/** Adds up the report while it arrives. */
async function loadReport(signal: AbortSignal): Promise<void> {
  const progress = byId('report-progress', HTMLProgressElement);
  const table = byId('report-rows', HTMLElement);
  progress.hidden = false;
  progress.removeAttribute('value');
  table.replaceChildren();
  setState('The database is adding up 1.2 million sales …');

  const response = await fetch('/api/report', { signal });
  if (!response.ok || !response.body) {
    throw new ApiError(response.status, 'report', `The shop answered ${response.status}.`);
  }
  const byCategory = new Map<string, Sales>();
  let expected = 0;
  let received = 0;
  for await (const line of readLines(response.body)) {
    if (expected === 0) {
      expected = (JSON.parse(line) as { rows: number }).rows;
      continue;
    }
    const { category, sold, cents } = JSON.parse(line) as ReportLine;
    const sales = byCategory.get(category) ?? { sold: 0, cents: 0 };
    byCategory.set(category, { sold: sales.sold + sold, cents: sales.cents + cents });
    received++;
    progress.max = expected;
    progress.value = received;
    table.replaceChildren(...[...byCategory].map(renderRow));
  }
  progress.hidden = true;
  setState(`Done: ${received} lines.`);
}

async function* readLines(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done) break;
    const lines = (rest + decoder.decode(value, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest) yield rest;
}

function renderRow([category, { sold, cents }]: [string, Sales]): HTMLElement {
  return element(
    'tr',
    { testId: 'report-row' },
    element('th', { scope: 'row' }, category),
    element('td', {}, formatCount(sold)),
    element('td', {}, formatRevenue(cents)),
  );
}

function setState(text: string): void {
  byId('report-state', HTMLElement).textContent = text;
}
