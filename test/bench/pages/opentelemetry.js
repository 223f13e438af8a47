import './clock.js';
import { serveBenchmarks } from './measure.js';
import { opentelemetry } from './opentelemetry-adapter.js';

serveBenchmarks(opentelemetry);
