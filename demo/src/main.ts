import { ConsoleExporter, OtlpHttpExporter, type SpanExporter, startTracing, type Tracing, withSpan } from 'zonetrace';
import { joinServerSpans } from 'zonetrace/server-spans';
import { restoreCart } from './cart.js';
import { connectPager, showPage } from './catalogue.js';
import { connectCheckout } from './checkout.js';
import { connectProduct } from './product.js';
import { connectReport } from './report.js';
import { connectSearch } from './search.js';
import { openServerSpans, SERVER_SPANS } from './server-spans.js';
import { showToast } from './show-toast.js';

declare global {
  interface Window {
    /** For the end-to-end test. */
    tracing: Tracing;
  }
}

const exporters: SpanExporter[] = [new ConsoleExporter()];
// `/?otlp` sends the spans to the Collector that serve.js knows.
if (new URLSearchParams(location.search).has('otlp')) exporters.push(new OtlpHttpExporter({ url: '/v1/traces' }));

window.tracing = startTracing({
  service: 'shop',
  panel: 'open',
  exporters,
  ignoreUrls: [new URL(SERVER_SPANS, location.href).href],
});
joinServerSpans(openServerSpans());

connectPager();
connectSearch();
connectProduct();
connectCheckout();
connectReport();

withSpan('open shop', () => Promise.all([showPage(1), restoreCart()])).catch(() => {
  showToast('The shop does not answer. Is its server running?');
});
