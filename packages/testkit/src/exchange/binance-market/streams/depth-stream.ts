import type { Side } from '../../core/order-types.ts'
import { TIMER_RANK } from '../../flow/clock/exchange-clock.ts'
import type { SourceContext, StreamSource } from './stream-source.ts'

/** Changes since the last frame. */
interface Pending {
  /** New totals by price, in the order in which prices were first touched. */
  readonly lots: Readonly<Record<Side, Map<number, number>>>
  firstId: number
  lastId: number
  tsMs: number
}

/**
 * Diff. depth: every change of a span in one frame, with the numbers of the first and the last of them. On spot the first
 * number follows the last one of the frame before; on futures `pu` names it.
 *
 * @param everyMs - Span on the venue's grid; 0 sends each instant's changes at once.
 */
export function depthStream({ desks, desk: { tape, format } }: SourceContext, everyMs: number): StreamSource {
  return (publish) => {
    let pending: Pending | undefined
    let previousId = tape.book.updateId
    let cancelFlush: () => void = () => undefined
    const flush = (): void => {
      if (pending === undefined) return
      const { lots, firstId, lastId, tsMs } = pending
      const rows = (side: Side): object =>
        [...lots[side]].sort((a, b) => a[0] - b[0]).map(([ticks, quantity]) => format.level(ticks, quantity))
      const isSpot = format.kind === 'spot'
      publish({
        e: 'depthUpdate',
        E: desks.clock.nowMs(),
        ...(isSpot ? {} : { T: tsMs }),
        s: tape.market.symbol,
        U: format.updateId(firstId),
        u: format.updateId(lastId),
        ...(isSpot ? {} : { pu: format.updateId(previousId) }),
        b: rows('buy'),
        a: rows('sell'),
      })
      previousId = lastId
      pending = undefined
    }
    const stopListening = tape.listen({
      onLevel({ updateId, side, priceTicks, qtyLots, tsMs }) {
        if (pending === undefined) {
          pending = { lots: { buy: new Map(), sell: new Map() }, firstId: updateId, lastId: updateId, tsMs }
          if (everyMs === 0) cancelFlush = desks.clock.at(tsMs, flush, TIMER_RANK.publish)
        }
        pending.lots[side].set(priceTicks, qtyLots)
        pending.lastId = updateId
        pending.tsMs = tsMs
      },
    })
    if (everyMs > 0) cancelFlush = desks.clock.every(everyMs, flush, TIMER_RANK.publish)
    return () => {
      stopListening()
      cancelFlush()
    }
  }
}

/** Partial depth: the best levels, on the venue's grid, where the book changed. */
export function partialDepthStream(
  { desks, desk: { tape, format } }: SourceContext,
  levels: number,
  everyMs: number,
): StreamSource {
  return (publish) => {
    let sentId = -1
    const flush = (): void => {
      const { updateId } = tape.book
      if (updateId === sentId) return
      const rows = (side: Side): object =>
        tape.book.top(side, levels).map(({ priceTicks, qtyLots }) => format.level(priceTicks, qtyLots))
      const nowMs = desks.clock.nowMs()
      const u = format.updateId(updateId)
      publish(
        format.kind === 'spot'
          ? { lastUpdateId: u, bids: rows('buy'), asks: rows('sell') }
          : {
              e: 'depthUpdate',
              E: nowMs,
              T: nowMs,
              s: tape.market.symbol,
              U: u,
              u,
              pu: format.updateId(Math.max(sentId, 0)),
              b: rows('buy'),
              a: rows('sell'),
            },
      )
      sentId = updateId
    }
    return desks.clock.every(everyMs, flush, TIMER_RANK.publish)
  }
}
