import { type DecimalStep, stepsToText } from '@kestrel/core'
import type { Market } from '../core/market-spec.ts'

/** The two protocols of the venue that are spoken here: `/api/v3` and `/fapi/v1`. */
export type BinanceKind = 'spot' | 'usdm'

/** Decimals of every price, quantity and sum on the spot wire. */
const SPOT_DECIMALS = 8

/** Numbers of book changes start here, so that nobody takes them for small integers. */
const FIRST_UPDATE_ID = { spot: 50_000_000_000, usdm: 5_100_000_000_000 } as const

/**
 * How one market's numbers look on the wire. Spot writes eight decimals throughout; futures write as many as the step's text
 * has, and sums with the decimals of both.
 */
export class BinanceFormat {
  readonly kind: BinanceKind
  readonly market: Market
  /** Decimals of prices and quantities. */
  readonly priceDecimals: number
  readonly qtyDecimals: number

  constructor(kind: BinanceKind, market: Market) {
    this.kind = kind
    this.market = market
    this.priceDecimals = kind === 'spot' ? SPOT_DECIMALS : writtenDecimals(market.tick)
    this.qtyDecimals = kind === 'spot' ? SPOT_DECIMALS : writtenDecimals(market.lot)
  }

  price(ticks: number): string {
    return padded(stepsToText(ticks, this.market.tick), this.priceDecimals)
  }

  qty(lots: number): string {
    return padded(stepsToText(lots, this.market.lot), this.qtyDecimals)
  }

  /** A sum of ticks times lots. */
  quote(ticksTimesLots: bigint): string {
    const { tick, lot } = this.market
    const exact = decimalOf(
      ticksTimesLots * BigInt(tick.mantissa) * BigInt(lot.mantissa),
      Math.round(Math.log10(tick.scale * lot.scale)),
    )
    const decimals = this.kind === 'spot' ? SPOT_DECIMALS : this.priceDecimals + this.qtyDecimals
    return cut(exact, decimals)
  }

  /** A price in quote units that need not lie on the tick: averages, mark and index prices. */
  number(value: number, decimals = SPOT_DECIMALS): string {
    return value.toFixed(decimals)
  }

  /** `[price, quantity]` as books write it. */
  level(ticks: number, lots: number): [price: string, qty: string] {
    return [this.price(ticks), this.qty(lots)]
  }

  /**
   * The public number of a book change. Spot counts by one; on futures the numbers are those of the whole exchange, so a
   * market's own ones have gaps of uneven width.
   */
  updateId(coreUpdateId: number): number {
    if (this.kind === 'spot') return FIRST_UPDATE_ID.spot + coreUpdateId
    return FIRST_UPDATE_ID.usdm + coreUpdateId * 11 + ((Math.imul(coreUpdateId, 0x9e3779b1) >>> 0) % 9)
  }
}

/** Decimals of a step as it was written: `0.10` has two. */
function writtenDecimals({ text }: DecimalStep): number {
  const dot = text.indexOf('.')
  return dot === -1 ? 0 : text.length - dot - 1
}

function padded(text: string, decimals: number): string {
  const dot = text.indexOf('.')
  if (decimals === 0) return text
  return dot === -1 ? `${text}.${'0'.repeat(decimals)}` : text.padEnd(dot + 1 + decimals, '0')
}

function decimalOf(digits: bigint, decimals: number): string {
  if (decimals === 0) return digits.toString()
  const text = digits.toString().padStart(decimals + 1, '0')
  return `${text.slice(0, -decimals)}.${text.slice(-decimals)}`
}

/** Cut, not rounded, to a number of decimals, with zeros where there are fewer. */
function cut(text: string, decimals: number): string {
  const dot = text.indexOf('.')
  if (dot === -1) return padded(text, decimals)
  return padded(text.slice(0, dot + 1 + decimals), decimals)
}
