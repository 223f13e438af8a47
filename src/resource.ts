import type { ServiceOptions } from './options.js';
import type { Attributes } from './trace/types.js';

/** Kept equal to package.json by a test. */
export const VERSION = '0.1.0';

/** The resource of the page, by OpenTelemetry's semantic conventions. */
export function describeResource(service: ServiceOptions): Attributes {
  const resource: Attributes = {
    'service.name': String(service.name ?? 'page'),
    'telemetry.sdk.name': 'zonetrace',
    'telemetry.sdk.language': 'webjs',
    'telemetry.sdk.version': VERSION,
    'user_agent.original': navigator.userAgent,
    'browser.language': navigator.language,
  };
  if (service.version) resource['service.version'] = String(service.version);
  if (service.environment) resource['deployment.environment.name'] = String(service.environment);
  return { ...resource, ...service.attributes };
}
