import './clock.js';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { UserInteractionInstrumentation } from '@opentelemetry/instrumentation-user-interaction';
import { serveBenchmarks } from './measure.js';
import { opentelemetry, registerProvider } from './opentelemetry-adapter.js';

registerInstrumentations({
  instrumentations: [new UserInteractionInstrumentation()],
  tracerProvider: registerProvider(),
});

serveBenchmarks(opentelemetry);
