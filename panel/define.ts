import { ZonetraceBar } from './bar/zonetrace-bar.js';
import { ZonetraceCompare } from './compare/zonetrace-compare.js';
import { ZonetraceCopy } from './copy-button.js';
import { ZonetraceDetail } from './detail/zonetrace-detail.js';
import { ZonetraceDiagnostics } from './diagnostics/zonetrace-diagnostics.js';
import { ZonetraceFloatHandle } from './float-handle.js';
import { ZonetraceMinimap } from './minimap.js';
import { ZonetraceSeparator } from './separator.js';
import { ZonetraceStatistics } from './statistics/zonetrace-statistics.js';
import { ZonetraceTimeline } from './timeline/zonetrace-timeline.js';
import { ZonetraceTrace } from './trace/zonetrace-trace.js';
import { ZonetraceTraces } from './traces/zonetrace-traces.js';
import { ZonetracePanel } from './zonetrace-panel.js';

declare global {
  interface HTMLElementTagNameMap {
    'zonetrace-bar': ZonetraceBar;
    'zonetrace-compare': ZonetraceCompare;
    'zonetrace-copy': ZonetraceCopy;
    'zonetrace-detail': ZonetraceDetail;
    'zonetrace-diagnostics': ZonetraceDiagnostics;
    'zonetrace-float-handle': ZonetraceFloatHandle;
    'zonetrace-minimap': ZonetraceMinimap;
    'zonetrace-panel': ZonetracePanel;
    'zonetrace-separator': ZonetraceSeparator;
    'zonetrace-statistics': ZonetraceStatistics;
    'zonetrace-timeline': ZonetraceTimeline;
    'zonetrace-trace': ZonetraceTrace;
    'zonetrace-traces': ZonetraceTraces;
  }
}

const elements = {
  'zonetrace-bar': ZonetraceBar,
  'zonetrace-compare': ZonetraceCompare,
  'zonetrace-copy': ZonetraceCopy,
  'zonetrace-detail': ZonetraceDetail,
  'zonetrace-diagnostics': ZonetraceDiagnostics,
  'zonetrace-float-handle': ZonetraceFloatHandle,
  'zonetrace-minimap': ZonetraceMinimap,
  'zonetrace-separator': ZonetraceSeparator,
  'zonetrace-statistics': ZonetraceStatistics,
  'zonetrace-timeline': ZonetraceTimeline,
  'zonetrace-trace': ZonetraceTrace,
  'zonetrace-traces': ZonetraceTraces,
  'zonetrace-panel': ZonetracePanel,
};

// A page can load two copies; the first one's elements serve both.
for (const [name, element] of Object.entries(elements)) {
  if (!customElements.get(name)) customElements.define(name, element);
}
