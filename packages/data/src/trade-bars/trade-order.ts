import { DataError, isoTime, type TradeColumns } from '@kestrel/core'

/**
 * Refuses trades that are not in order of time, or that come twice, over any number of chunks.
 *
 * A trade that is sent again has the time of the first, so an id is compared with those of its instant and with the one
 * before: constant work and memory however long the stream, and none at all where ids ascend. One id for two trades of
 * different times, far apart, is for the import to find.
 */
export class TradeOrder {
  #lastTimeUs = -Infinity
  #lastId = Number.NaN
  #highestId = -Infinity
  /** Ids of the last instant so far. */
  #instantIds: number[] = []

  /**
   * @throws DataError `DATA_TRADES_UNORDERED` or `DATA_TRADE_TWICE` naming the trade. The state is as it was before, and
   *   nothing of the chunk must be used.
   *
   * One pass over times and ids.
   */
  check({ tsEventUs, id }: TradeColumns): void {
    const n = tsEventUs.length
    let lastTimeUs = this.#lastTimeUs
    let highestId = this.#highestId
    for (let i = 0; i < n; i++) {
      const timeUs = tsEventUs[i] as number
      const tradeId = id[i] as number
      // Most ids are higher than all before, and so cannot be one of them.
      if (timeUs >= lastTimeUs && tradeId > highestId) highestId = tradeId
      else this.#judge(tsEventUs, id, i, lastTimeUs)
      lastTimeUs = timeUs
    }
    if (n > 0) this.#remember(tsEventUs, id, lastTimeUs, highestId)
  }

  /** Say that every trade before `timeUs` has come; an earlier one is refused from then on. */
  advanceTo(timeUs: number): void {
    if (!(timeUs > this.#lastTimeUs)) return
    this.#lastTimeUs = timeUs
    this.#instantIds = []
  }

  #judge(tsEventUs: Float64Array, id: Float64Array, i: number, lastTimeUs: number): void {
    const timeUs = tsEventUs[i] as number
    const tradeId = id[i] as number
    if (!(timeUs >= lastTimeUs)) {
      throw new DataError({
        code: 'DATA_TRADES_UNORDERED',
        message: `Trade ${tradeId} of ${instant(timeUs)} comes after one of ${instant(lastTimeUs)}. No bar was made of it.`,
        hint: 'Put trades in order of time first: importing them into a lake does.',
        meta: { id: tradeId, tsEventUs: timeUs, lastTsEventUs: lastTimeUs, row: i },
      })
    }
    let isRepeated = tradeId === (i === 0 ? this.#lastId : id[i - 1])
    let k = i - 1
    for (; k >= 0 && tsEventUs[k] === timeUs; k--) if (id[k] === tradeId) isRepeated = true
    if (k < 0 && timeUs === this.#lastTimeUs && this.#instantIds.includes(tradeId)) isRepeated = true
    if (!isRepeated) return
    throw new DataError({
      code: 'DATA_TRADE_TWICE',
      message: `Trade ${tradeId} of ${instant(timeUs)} comes twice. No bar was made of it.`,
      hint: 'Drop the repeated trade: importing trades into a lake does, and keeps a record of it.',
      meta: { id: tradeId, tsEventUs: timeUs, row: i },
    })
  }

  #remember(tsEventUs: Float64Array, id: Float64Array, lastTimeUs: number, highestId: number): void {
    const n = tsEventUs.length
    let start = n
    while (start > 0 && tsEventUs[start - 1] === lastTimeUs) start--
    if (start > 0 || lastTimeUs !== this.#lastTimeUs) this.#instantIds = []
    for (let i = start; i < n; i++) this.#instantIds.push(id[i] as number)
    this.#lastTimeUs = lastTimeUs
    this.#highestId = highestId
    this.#lastId = id[n - 1] as number
  }
}

function instant(timeUs: number): string {
  if (!Number.isFinite(timeUs)) return String(timeUs)
  const ms = Math.floor(timeUs / 1_000)
  const rest = timeUs - ms * 1_000
  return rest === 0 ? isoTime(ms) : `${isoTime(ms)} and ${rest} us`
}
