import { internals } from './core.js';
import type { SourcePosition } from './trace/types.js';
import { runOutside } from './zone/variable.js';

const REMEDY = 'is the dev server still there?';

/** Lets the overlay open sources in the editor: by a request that is no span, to an address of the dev server. */
export function openSourcesAt(url: string): void {
  const request = async (position: SourcePosition): Promise<string | undefined> => {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(position)) if (value !== undefined) query.set(name, String(value));
    try {
      const response = await fetch(`${url}?${query}`, { method: 'POST' });
      if (response.ok) return undefined;
      const text = await response.text();
      return text.startsWith('zonetrace: ')
        ? text
        : `zonetrace: the source did not open (${response.status}); ${REMEDY}`;
    } catch (error) {
      return `zonetrace: the source did not open (${(error as Error).message}); ${REMEDY}`;
    }
  };
  internals.tracer.openSource = (position) => runOutside(() => internals.suppressed.run(true, () => request(position)));
}
