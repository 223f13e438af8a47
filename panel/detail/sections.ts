import { html, nothing } from 'lit';
import type { Attributes, AttributeValue, SpanContext, SpanEvent, SpanRecord } from '../../src/trace/types.js';
import type { PanelHost } from '../host.js';
import { formatDuration } from '../layout/format-duration.js';

const STACK = 'exception.stacktrace';

/** What a span's exceptions say, where one reads first. */
export function renderExceptions(record: SpanRecord, panel: PanelHost | undefined) {
  const exceptions = record.events.filter((event) => event.name === 'exception');
  if (exceptions.length === 0) return nothing;
  return exceptions.map((event) => {
    const type = String(event.attributes['exception.type'] ?? 'Error');
    const message = String(event.attributes['exception.message'] ?? '');
    const stack = stackFrames(event);
    return html`<div class="exception">
      <p><strong>${type}</strong>${message ? `: ${message}` : nothing}</p>
      ${
        stack
          ? html`<pre tabindex="0">${stack}</pre>
              <zonetrace-copy .panel=${panel} .text=${String(event.attributes[STACK])} label="Copy the stack" caption="Copy stack"></zonetrace-copy>`
          : nothing
      }
    </div>`;
  });
}

/** The stack without its first lines, where they only repeat the message (V8 writes them, SpiderMonkey does not). */
function stackFrames(event: SpanEvent): string {
  const stack = String(event.attributes[STACK] ?? '');
  const message = String(event.attributes['exception.message'] ?? '');
  const at = stack.indexOf(message);
  const isHeading = message !== '' && at >= 0 && at < 80 && !stack.slice(0, at).includes('\n');
  return (isHeading ? stack.slice(at + message.length) : stack)
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
    .join('\n');
}

export function renderAttributes(attributes: Readonly<Attributes>) {
  return html`<dl>
    ${Object.entries(attributes).map(
      ([key, value]) => html`<dt class="mono" title=${key}>${key}</dt>
        <dd class=${`mono ${typeof value}`}>${formatValue(value)}</dd>`,
    )}
  </dl>`;
}

/** Events with their time after the start of the span; of an exception, its attributes stand above already. */
export function renderEvents(record: SpanRecord) {
  return html`<ol>
    ${record.events.map((event) => {
      const failed = event.name === 'exception';
      const hasAttributes = !failed && Object.keys(event.attributes).length > 0;
      return html`<li>
        <p><span class="offset">+${formatDuration(Math.max(0, event.time - record.startTime))}</span
          ><span class=${failed ? 'error' : ''}>${event.name}</span></p>
        ${hasAttributes ? renderAttributes(event.attributes) : nothing}
      </li>`;
    })}
  </ol>`;
}

export function renderLinks(record: SpanRecord, follow: (context: SpanContext) => void) {
  return html`<ol>
    ${record.links.map(
      ({ context, attributes }) => html`<li>
        <p>
          <button class="link mono" title=${`Go to span ${context.spanId} of trace ${context.traceId}`} @click=${() => follow(context)}>
            ${context.spanId}
          </button>
          <span class="muted">in trace <span class="mono">${context.traceId.slice(0, 8)}…</span></span>
        </p>
        ${Object.keys(attributes).length > 0 ? renderAttributes(attributes) : nothing}
      </li>`,
    )}
  </ol>`;
}

function formatValue(value: AttributeValue): string {
  return Array.isArray(value) ? JSON.stringify(value) : String(value);
}
