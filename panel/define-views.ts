import { ZonetraceCompare } from './compare/zonetrace-compare.js';
import { defineElements } from './define-elements.js';
import { ZonetraceDiagnostics } from './diagnostics/zonetrace-diagnostics.js';
import { ZonetraceStatistics } from './statistics/zonetrace-statistics.js';
import { ZonetraceTimeline } from './timeline/zonetrace-timeline.js';

defineElements({
  'zonetrace-compare': ZonetraceCompare,
  'zonetrace-diagnostics': ZonetraceDiagnostics,
  'zonetrace-statistics': ZonetraceStatistics,
  'zonetrace-timeline': ZonetraceTimeline,
});
