/** ms in which everything that a span has left behind is done: traces settle after 50. */
export const SETTLE = 300;
