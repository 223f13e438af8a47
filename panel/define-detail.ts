import { ZonetraceCopy } from './copy-button.js';
import { defineElements } from './define-elements.js';
import { ZonetraceDetail } from './detail/zonetrace-detail.js';
import { ZonetraceHelp } from './help.js';

defineElements({
  'zonetrace-copy': ZonetraceCopy,
  'zonetrace-detail': ZonetraceDetail,
  'zonetrace-help': ZonetraceHelp,
});
