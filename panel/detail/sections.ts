import { html, nothing } from 'lit';
import type {
  Attributes,
  AttributeValue,
  SourcePosition,
  SpanContext,
  SpanEvent,
  SpanRecord,
} from '../../src/trace/types.js';
import type { PanelHost } from '../host.js';
import { formatDuration } from '../layout/format-duration.js';
import { parseStackLine, positionOf } from '../layout/source-position.js';

const STACK = 'exception.stacktrace';

/** Opens a source in the editor; undefined where nothing can. */
type Open = ((position: SourcePosition) => void) | undefined;

/** What a span's exceptions say, where one reads first. */
export function renderExceptions(record: SpanRecord, panel: PanelHost | undefined, open: Open) {
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
          ? html`<pre tabindex="0">${open ? renderStack(stack, open) : stack}</pre>
              <zonetrace-copy .panel=${panel} .text=${String(event.attributes[STACK])} label="Copy the stack" caption="Copy stack"></zonetrace-copy>`
          : nothing
      }
    </div>`;
  });
}

/** The stack, its places buttons. */
function renderStack(stack: string, open: NonNullable<Open>) {
  return stack.split('\n').map((line, i) => {
    const found = parseStackLine(line);
    const start = i === 0 ? '' : '\n';
    if (!found) return start + line;
    const { before, place, after, position } = found;
    return html`${start}${before}${openButton(place, position, open)}${after}`;
  });
}

/** A place of a source that opens in the editor. The origin is the page's own, mostly, and would take a line. */
function openButton(place: string, position: SourcePosition, open: NonNullable<Open>) {
  const text = place.startsWith(`${location.origin}/`) ? place.slice(location.origin.length) : place;
  return html`<button class="link source" title="Open in the editor" @click=${() => open(position)}>${text}</button>`;
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

export function renderAttributes(attributes: Readonly<Attributes>, open: Open) {
  const position = open && positionOf(attributes);
  return html`<dl>
    ${Object.entries(attributes).map(
      ([key, value]) => html`<dt class="mono" title=${key}>${key}</dt>
        <dd class=${`mono ${typeof value}`}>${position && value === position.file ? openButton(position.file, position, open) : formatValue(value)}</dd>`,
    )}
  </dl>`;
}

/** Events with their time after the start of the span; of an exception, its attributes stand above already. */
export function renderEvents(record: SpanRecord, open: Open) {
  return html`<ol>
    ${record.events.map((event) => {
      const failed = event.name === 'exception';
      const hasAttributes = !failed && Object.keys(event.attributes).length > 0;
      return html`<li>
        <p><span class="offset">+${formatDuration(Math.max(0, event.time - record.startTime))}</span
          ><span class=${failed ? 'error' : ''}>${event.name}</span></p>
        ${hasAttributes ? renderAttributes(event.attributes, open) : nothing}
      </li>`;
    })}
  </ol>`;
}

export function renderLinks(record: SpanRecord, follow: (context: SpanContext) => void, open: Open) {
  return html`<ol>
    ${record.links.map(
      ({ context, attributes }) => html`<li>
        <p>
          <button class="link mono" title=${`Go to span ${context.spanId} of trace ${context.traceId}`} @click=${() => follow(context)}>
            ${context.spanId}
          </button>
          <span class="muted">in trace <span class="mono">${context.traceId.slice(0, 8)}…</span></span>
        </p>
        ${Object.keys(attributes).length > 0 ? renderAttributes(attributes, open) : nothing}
      </li>`,
    )}
  </ol>`;
}

function formatValue(value: AttributeValue): string {
  return Array.isArray(value) ? JSON.stringify(value) : String(value);
}
