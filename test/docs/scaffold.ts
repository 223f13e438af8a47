/** What a page around a sample of the documentation has, besides the elements in samples.test.js. */
declare global {
  /** Fails the sample where a value is not what its comment says. */
  function claim(expression: string, value: unknown, expected: unknown): void;
  /** Work of the page's own. */
  function load(): Promise<void>;
  function readCart(): Promise<string[]>;
  function handle(): void;
  const socket: { send(text: string): void };
  const message: { headers: Record<string, string> };
  const body: string;
}

export {};
