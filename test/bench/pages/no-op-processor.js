/** Of zonetrace and of OpenTelemetry, which ask for the same four methods. */
export class NoOpProcessor {
  onStart() {}
  onEnd() {}
  async forceFlush() {}
  async shutdown() {}
}
