import { ZonetraceBar } from './bar/zonetrace-bar.js';
import type { ZonetraceCompare } from './compare/zonetrace-compare.js';
import type { ZonetraceCopy } from './copy-button.js';
import { defineElements } from './define-elements.js';
import type { ZonetraceDetail } from './detail/zonetrace-detail.js';
import type { ZonetraceDiagnostics } from './diagnostics/zonetrace-diagnostics.js';
import { ZonetraceFloatHandle } from './float-handle.js';
import type { ZonetraceHelp } from './help.js';
import { ZonetraceMinimap } from './minimap.js';
import { ZonetraceSeparator } from './separator.js';
import type { ZonetraceStatistics } from './statistics/zonetrace-statistics.js';
import type { ZonetraceTimeline } from './timeline/zonetrace-timeline.js';
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
    'zonetrace-help': ZonetraceHelp;
    'zonetrace-minimap': ZonetraceMinimap;
    'zonetrace-panel': ZonetracePanel;
    'zonetrace-separator': ZonetraceSeparator;
    'zonetrace-statistics': ZonetraceStatistics;
    'zonetrace-timeline': ZonetraceTimeline;
    'zonetrace-trace': ZonetraceTrace;
    'zonetrace-traces': ZonetraceTraces;
  }
}

/** By define-views.ts and define-detail.ts. */
const LATER = [
  'zonetrace-compare',
  'zonetrace-copy',
  'zonetrace-detail',
  'zonetrace-diagnostics',
  'zonetrace-help',
  'zonetrace-statistics',
  'zonetrace-timeline',
];

defineElements(
  {
    'zonetrace-bar': ZonetraceBar,
    'zonetrace-float-handle': ZonetraceFloatHandle,
    'zonetrace-minimap': ZonetraceMinimap,
    'zonetrace-separator': ZonetraceSeparator,
    'zonetrace-trace': ZonetraceTrace,
    'zonetrace-traces': ZonetraceTraces,
    'zonetrace-panel': ZonetracePanel,
  },
  LATER,
);
