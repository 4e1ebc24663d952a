import type { MarketKind } from '../core/market-spec.ts'

/** Spot numbers of the venue have 19 digits; the exchange's own number is added to this. */
const SPOT_BASE = 2_088_690_000_000_000_000n

/** Derivatives have names like `8bec532a-36b1-437e-93f4-1b03bf449456`; the number is kept in the last group. */
export function orderIdText(kind: MarketKind, orderId: number): string {
  return kind === 'spot' ? String(SPOT_BASE + BigInt(orderId)) : uuidOf(orderId, 0x0b1d)
}

/** The exchange's number of an order, or undefined for a text that cannot be one. */
export function parseOrderId(kind: MarketKind, text: string): number | undefined {
  if (kind === 'spot') {
    if (!/^\d{19}$/.test(text)) return undefined
    const id = Number(BigInt(text) - SPOT_BASE)
    return Number.isSafeInteger(id) && id >= 0 ? id : undefined
  }
  const id = Number.parseInt(text.slice(24), 16)
  return uuidOf(id, 0x0b1d) === text ? id : undefined
}

/** Name of an execution; one public trade has one for its buyer and one for its seller. */
export function executionIdText(kind: MarketKind, tradeId: number, isBuy: boolean): string {
  const number = tradeId * 2 + (isBuy ? 1 : 0)
  return kind === 'spot' ? String(2_290_000_000_000_000_000n + BigInt(number)) : uuidOf(number, 0xe1ec)
}

/** Name of a public trade. */
export function tradeIdText(kind: MarketKind, tradeId: number): string {
  return kind === 'spot' ? String(2_290_000_000_000_000_000n + BigInt(tradeId)) : uuidOf(tradeId, 0x77ad)
}

/** Name of a funding payment. */
export function fundingIdText(incomeId: number): string {
  return uuidOf(incomeId, 0xf00d)
}

/** A number dressed as a random UUID; the same number and salt give the same text. */
function uuidOf(number: number, salt: number): string {
  const tail = number.toString(16).padStart(12, '0')
  const first = hex32(Math.imul(number ^ salt, 0x9e3779b1))
  const second = hex32(Math.imul(number + salt, 0x85ebca6b))
  return `${first}-${second.slice(0, 4)}-4${second.slice(4, 7)}-8${first.slice(2, 5)}-${tail}`
}

function hex32(value: number): string {
  return (value >>> 0).toString(16).padStart(8, '0')
}
