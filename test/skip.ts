/**
 * Skips a test that the browser cannot run, or in a `before` hook all of its suite, and says why in the title, which a run
 * prints.
 */
export function skip(context: Mocha.Context, reason: string): never {
  const { test } = context;
  const say = (each: Mocha.Test): void => {
    each.title += ` (${reason})`;
  };
  const own = test?.parent?.tests.find((each) => each === test);
  if (own) say(own);
  else test?.parent?.eachTest(say);
  return context.skip();
}
