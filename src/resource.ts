import type { ServiceOptions } from './options.js';
import { safeEntries, toText } from './trace/attribute-value.js';
import type { Attributes } from './trace/types.js';
import { VERSION } from './version.js';

/** What only Chromium says (https://wicg.github.io/ua-client-hints/#interface). */
interface UserAgentData {
  readonly brands: readonly { brand: string; version: string }[];
  readonly mobile: boolean;
  readonly platform: string;
}

/** The resource of the page, by OpenTelemetry's semantic conventions. */
export function describeResource(service: ServiceOptions): Attributes {
  const resource: Attributes = {
    'service.name': toText(service.name ?? 'page'),
    'telemetry.sdk.name': 'zonetrace',
    'telemetry.sdk.language': 'webjs',
    'telemetry.sdk.version': VERSION,
    'user_agent.original': navigator.userAgent,
    'browser.language': navigator.language,
  };
  const { userAgentData } = navigator as { userAgentData?: UserAgentData };
  if (userAgentData) {
    const { brands, mobile, platform } = userAgentData;
    resource['browser.brands'] = brands.map(({ brand, version }) => `${brand} ${version}`);
    resource['browser.mobile'] = mobile;
    resource['browser.platform'] = platform;
  }
  if (service.version) resource['service.version'] = toText(service.version);
  if (service.environment) resource['deployment.environment.name'] = toText(service.environment);
  return { ...resource, ...Object.fromEntries(safeEntries(service.attributes)) } as Attributes;
}
