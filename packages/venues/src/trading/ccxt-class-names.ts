/** Names of the class of an error and of all that it descends from, nearest first. Names, because ccxt is loaded on demand. */
export function ccxtClassNames(error: unknown): ReadonlySet<string> {
  const names = new Set<string>()
  if (typeof error !== 'object' || error === null) return names
  for (let at: object | null = error; at !== null; at = Object.getPrototypeOf(at) as object | null)
    names.add(at.constructor.name)
  return names
}
