/** A page of the test server in a frame of its own: its own realm, its own promises. */
export async function openFrame(path: string): Promise<HTMLIFrameElement> {
  const frame = document.createElement('iframe');
  frame.src = path;
  const loaded = new Promise((resolve) => frame.addEventListener('load', resolve, { once: true }));
  document.body.append(frame);
  await loaded;
  return frame;
}

/** Runs a self-contained function in the realm of a frame. */
export function runIn<A extends unknown[], R>(frame: HTMLIFrameElement, fn: (...args: A) => R, ...args: A): R {
  const realm = frame.contentWindow as unknown as { eval(source: string): (...args: A) => R };
  return realm.eval(`(${fn})`)(...args);
}
