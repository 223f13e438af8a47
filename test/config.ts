/** What the environment says about the size of tests; answered by the test server (server.js). */
export interface TestConfig {
  fuzzPrograms: number;
  fuzzSeed: number | undefined;
  memoryRounds: number;
}

export async function testConfig(): Promise<TestConfig> {
  return (await fetch('/test-server/config')).json() as Promise<TestConfig>;
}
