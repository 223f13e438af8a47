/** Calls `check` wherever the value of the code around must be current. What it returns is awaited. */
export type Way = (check: () => void) => unknown;

/** By name; undefined where this browser lacks the API. */
export type Ways = Readonly<Record<string, Way | undefined>>;

/** The way, where the browser has what it needs. */
export function where(condition: unknown, way: Way): Way | undefined {
  return condition ? way : undefined;
}

/** Waits for what calls its first argument back; `check` holds there too. */
export async function callback<T>(
  check: () => void,
  start: (done: (result: T) => void, fail: (reason: unknown) => void) => unknown,
): Promise<T> {
  const result = await new Promise<T>((resolve, reject) => {
    start(
      (value) => {
        check();
        resolve(value);
      },
      (reason) => {
        check();
        reject(reason);
      },
    );
  });
  check();
  return result;
}

/** Once `name` is fired at `target`; a listener's own value is the subject of events.test.ts. */
export function fired(target: EventTarget, name: string): Promise<Event> {
  return new Promise((resolve) => target.addEventListener(name, resolve, { once: true }));
}
