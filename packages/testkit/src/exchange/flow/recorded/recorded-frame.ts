import { numberToSteps, roundToSteps, type TimeMs } from '@kestrel/core'
import type { ForeignLevel } from '../../core/exchange-port.ts'
import type { Market } from '../../core/market-spec.ts'
import type { Side } from '../../core/order-types.ts'

/** A frame as a recorder wrote it, in order of arrival. */
export interface RawFrame {
  /** `rest:depth` for a snapshot, else the name of a stream. */
  readonly stream: string
  /** The JSON text, with or without the wrapper of combined streams. */
  readonly payload: string
}

/** What a recording says about a market. */
export type RecordedEvent =
  | { readonly kind: 'snapshot'; readonly updateId: number; readonly levels: readonly ForeignLevel[] }
  | {
      readonly kind: 'depth'
      readonly tsMs: TimeMs
      readonly updateId: number
      readonly levels: readonly ForeignLevel[]
    }
  | {
      readonly kind: 'trade'
      readonly tsMs: TimeMs
      readonly takerSide: Side
      readonly priceTicks: number
      readonly qtyLots: number
    }

type Rows = readonly (readonly [price: string, qty: string])[]

interface FrameFields {
  readonly lastUpdateId?: number
  readonly e?: string
  readonly E?: number
  readonly T?: number
  readonly u?: number
  readonly bids?: Rows
  readonly asks?: Rows
  readonly b?: Rows
  readonly a?: Rows
  readonly p?: string
  readonly q?: string
  readonly m?: boolean
}

/**
 * Reads a Binance frame; undefined for streams that add nothing, such as best bid and ask. Quantities finer than a lot are cut.
 *
 * @throws OffGridError for a price off the tick.
 */
export function readFrame(frame: RawFrame, market: Market): RecordedEvent | undefined {
  const parsed = JSON.parse(frame.payload) as FrameFields & { readonly data?: FrameFields }
  const fields = parsed.data ?? parsed
  const ticks = (text: string): number => numberToSteps(Number(text), market.tick, 'The recorded price')
  // Old orders of real books can be finer than the step of today.
  const lots = (text: string): number => roundToSteps(Number(text), market.lot, 'down')
  const levels = (bids: Rows = [], asks: Rows = []): ForeignLevel[] => [
    ...bids.map(([price, qty]) => ({ side: 'buy' as const, priceTicks: ticks(price), qtyLots: lots(qty) })),
    ...asks.map(([price, qty]) => ({ side: 'sell' as const, priceTicks: ticks(price), qtyLots: lots(qty) })),
  ]
  if (fields.lastUpdateId !== undefined)
    return { kind: 'snapshot', updateId: fields.lastUpdateId, levels: levels(fields.bids, fields.asks) }
  const tsMs = fields.T ?? fields.E
  if (tsMs === undefined) return undefined
  if (fields.e === 'depthUpdate' && fields.u !== undefined)
    return { kind: 'depth', tsMs, updateId: fields.u, levels: levels(fields.b, fields.a) }
  if (fields.e !== 'trade' || fields.p === undefined || fields.q === undefined) return undefined
  const qtyLots = lots(fields.q)
  if (qtyLots === 0) return undefined
  return { kind: 'trade', tsMs, takerSide: fields.m === true ? 'sell' : 'buy', priceTicks: ticks(fields.p), qtyLots }
}
