/**
 * Takes everything out of a list that is filled again and again. Its memory stays with it; `length = 0` would give that
 * back, through a call into the runtime, and the next entries would have to ask for it anew.
 */
export function emptyList(list: unknown[]): void {
  while (list.length > 0) list.pop()
}
