import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { startTracing } from 'zonetrace';
import { registerOpenTelemetry } from 'zonetrace/opentelemetry';
import { delay } from '../src/delay.js';
import { byId, element } from '../src/dom.js';

startTracing({ service: 'opentelemetry', panel: 'open' });
registerOpenTelemetry();

// From here on: OpenTelemetry's API alone.
const tracer = trace.getTracer('catalogue', '1.0.0');

function loadCatalogue(): Promise<void> {
  return tracer.startActiveSpan('load catalogue', { kind: SpanKind.CLIENT }, async (span) => {
    try {
      await delay(20);
      check('the span is active after a native await', trace.getActiveSpan() === span);
      const response = await fetch('/api/products');
      const products = (await response.json()) as unknown[];
      span.setAttribute('catalogue.size', products.length);
      check('and after the request and its body', trace.getActiveSpan() === span);
      await tracer.startActiveSpan('sort', async (child) => {
        await delay(30);
        check('a child is active in its own part', trace.getActiveSpan() === child);
        child.addEvent('sorted', { by: 'name' }).end();
      });
      span.setStatus({ code: SpanStatusCode.OK });
    } catch (error) {
      span.recordException(error as Error);
      span.setStatus({ code: SpanStatusCode.ERROR, message: String(error) });
    } finally {
      span.end();
    }
  });
}

function check(what: string, holds: boolean): void {
  byId('checks', HTMLElement).append(element('li', {}, `${holds ? 'yes' : 'NO'}: ${what}`));
}

byId('load', HTMLButtonElement).addEventListener('click', () => loadCatalogue());
