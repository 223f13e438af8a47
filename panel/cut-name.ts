import { html } from 'lit';
import { nameRuns } from './layout/name-runs.js';

/**
 * A name for a place that may cut it. One whose directions are mixed is cut part by part: as a whole, the part that runs
 * against the others would lose its beginning.
 */
export function cutName(name: string) {
  const runs = nameRuns(name);
  if (!runs) return name;
  const [before, turned, after] = runs;
  return html`<span class="runs"><span>${before}</span><bdi>${turned}</bdi><span>${after}</span></span>`;
}
