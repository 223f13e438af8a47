import './clock.js';
import 'zone.js';
import { leastInZone } from './floors.js';
import { serveBenchmarks } from './measure.js';

serveBenchmarks({
  withSpan(name, fn) {
    const span = { name };
    return Zone.current.fork({ name, properties: { span } }).run(fn, undefined, [span]);
  },
  current: () => Zone.current.get('span'),
  floors: { leastInZone: leastInZone(Zone.current.fork({ name: 'floor' })) },
});
