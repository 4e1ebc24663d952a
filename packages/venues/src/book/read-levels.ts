/** A level as the venue writes it. */
export type LevelText = readonly [price: string, quantity: string]

const DECIMAL = /^\d{1,30}(\.\d{1,30})?$/

/**
 * Levels of a message, in the venue's order; further entries of a level are ignored.
 *
 * @returns Undefined unless all of them are a price above 0 and a quantity of 0 or more, in decimals.
 */
export function readLevels(value: unknown): readonly LevelText[] | undefined {
  if (!Array.isArray(value)) return undefined
  const levels: LevelText[] = []
  for (const entry of value as readonly unknown[]) {
    if (!Array.isArray(entry)) return undefined
    const [price, quantity] = entry as readonly unknown[]
    if (!isDecimal(price) || !isDecimal(quantity) || !(Number(price) > 0)) return undefined
    levels.push([price, quantity])
  }
  return levels
}

function isDecimal(value: unknown): value is string {
  return typeof value === 'string' && DECIMAL.test(value)
}

/** The fields of an object; none where it is none. */
export function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}

/** A whole number, also where it is written as text (ccxt does so with long ones); undefined where it is none. */
export function readCount(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^-?\d{1,16}$/.test(value) ? Number(value) : value
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : undefined
}
