/** What a span without an end is called: the same wherever it is shown. */
export function formatOpen(isSettled: boolean): string {
  return isSettled ? 'never ended' : 'still open';
}
