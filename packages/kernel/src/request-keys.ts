import { UsageError } from '@kestrel/core'

/** Names that other tools use for a field, and what it is called here. */
const FOREIGN: Readonly<Record<string, string>> = {
  price: 'limitPrice',
  stopPrice: 'triggerPrice',
  stopLossPrice: 'triggerPrice',
  takeProfitPrice: 'triggerPrice',
  workingType: 'triggerBy',
  callbackRate: 'trailingRate',
  trailingPercent: 'trailingRate',
  size: 'quantity',
  qty: 'quantity',
  amount: 'quantity',
  tif: 'timeInForce',
  goodTillDate: 'expireTimeMs',
  clientOrderId: 'tag',
  symbol: 'instrument',
}

/** Fields that a request may have, each with `true`: looked up for every field of every order. */
export type KnownKeys = Readonly<Record<string, true>>

/** Makes a table of known fields. */
export function knownKeys(...names: readonly string[]): KnownKeys {
  const table = Object.create(null) as Record<string, true>
  for (const name of names) table[name] = true
  return Object.freeze(table)
}

/**
 * Refuses a request with a field that nothing reads: whoever wrote it meant something by it, and would not get it.
 *
 * @param what - Names the request in the message.
 * @throws UsageError `KERNEL_ORDER_REQUEST` naming the field, and the one that may have been meant.
 */
export function checkKeys(request: object, known: KnownKeys, what: string): void {
  for (const key in request) if (known[key] !== true) throw unknownKey(key, known, what)
}

function unknownKey(key: string, known: KnownKeys, what: string): UsageError {
  const close = meantBy(key, Object.keys(known))
  return new UsageError({
    code: 'KERNEL_ORDER_REQUEST',
    message: `${what} has the field "${key}", which nothing here reads. Nothing was sent.`,
    hint: close === undefined ? `Known are ${Object.keys(known).join(', ')}.` : `Did you mean ${close}?`,
    meta: { field: key },
  })
}

/** The known name that is spelt almost the same, or that means the same elsewhere. */
function meantBy(key: string, names: readonly string[]): string | undefined {
  const foreign = FOREIGN[key]
  if (foreign !== undefined && names.includes(foreign)) return foreign
  const letters = key.toLowerCase().replaceAll('_', '')
  return names.find((each) => isAlmost(letters, each.toLowerCase()))
}

/** True where at most one letter was added, left out or mistaken, or two neighbours were exchanged. */
function isAlmost(one: string, other: string): boolean {
  let start = 0
  while (start < one.length && one[start] === other[start]) start++
  let end = 0
  const shorter = Math.min(one.length, other.length)
  while (end < shorter - start && one[one.length - 1 - end] === other[other.length - 1 - end]) end++
  const [a, b] = [one.slice(start, one.length - end), other.slice(start, other.length - end)]
  return (a.length <= 1 && b.length <= 1) || (a.length === 2 && b === `${a[1]}${a[0]}`)
}
