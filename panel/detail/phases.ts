import { html, nothing } from 'lit';
import type { Attributes } from '../../src/trace/types.js';
import { formatDuration } from '../layout/format-duration.js';

/** The phases of a request in their order, and what each of them is. Attributes `http.phase.…`, in ms. */
const PHASES = [
  ['redirect', 'Redirects'],
  ['dns', 'Looking up the address'],
  ['connect', 'Connecting'],
  ['tls', 'Agreeing on encryption'],
  ['request', 'Waiting for the first byte'],
  ['response', 'Receiving'],
] as const;

/** Where the time of a request went, by Resource Timing; nothing where that is not known. */
export function renderPhases(attributes: Readonly<Attributes>) {
  const times = new Map(PHASES.map(([name]) => [name, Number(attributes[`http.phase.${name}`] ?? 0)]));
  const tls = times.get('tls') ?? 0;
  // Encryption is agreed on while connecting.
  times.set('connect', Math.max(0, (times.get('connect') ?? 0) - tls));
  const total = [...times.values()].reduce((sum, ms) => sum + ms, 0);
  if (!(total > 0)) return nothing;
  let before = 0;
  const bars = PHASES.flatMap(([name, meaning], index) => {
    const ms = times.get(name) ?? 0;
    if (!(ms > 0)) return [];
    const style = `left:${((before / total) * 100).toFixed(2)}%;width:${((ms / total) * 100).toFixed(2)}%;--c:var(--zt-c${index})`;
    before += ms;
    return [{ name, meaning, ms, style }];
  });
  return html`<section>
    <h3>Phases <span class="muted">${formatDuration(total)}</span></h3>
    <dl class="phases">
      ${bars.map(
        ({ name, meaning, ms, style }) => html`<dt title=${meaning}>${name}</dt>
          <dd><span class="track"><i .style=${style}></i></span><span class="number">${formatDuration(ms)}</span></dd>`,
      )}
    </dl>
  </section>`;
}
