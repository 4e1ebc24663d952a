import { DataError, type TradeColumns, UsageError } from '@kestrel/core'
import { BulkClassifier } from './bulk-classifier.ts'
import { TradeOrder } from './trade-order.ts'
import { TradeSign } from './trade-sign.ts'

/** A trade or bar that fills more buckets than this speaks of a bucket size that was mistyped. */
const MOST_BUCKETS = 1_000_000

export interface VpinOptions {
  /** Volume of a bucket, base units. The source takes a fiftieth of an average day. */
  readonly bucketVolume: number
  /** Buckets that are averaged; default 50. */
  readonly buckets?: number
}

/** One entry a full bucket, oldest first. */
export interface VpinColumns {
  /** Time of the trade or bar that filled the bucket, from when the entry is known. */
  readonly timeUs: Float64Array
  /** Bought less sold volume of the bucket, base units. */
  readonly imbalance: Float64Array
  /** Mean |imbalance| of the last buckets as a fraction of their volume, 0..1. The first `buckets - 1` entries are NaN. */
  readonly vpin: Float64Array
}

/**
 * Fills volume buckets and measures their order imbalance. Unlike bars, buckets split a trade, or a bar, that reaches
 * beyond them; each part has the whole's share of bought volume.
 */
export class VpinMeter {
  readonly #bucketVolume: number
  /** |imbalance| of the last full buckets. */
  readonly #window: Float64Array
  #full = 0
  #filled = 0
  #bought = 0
  /** Bought less sold volume of the newest full bucket; NaN before the first. */
  imbalance = Number.NaN
  /** NaN until enough buckets are full. */
  vpin = Number.NaN

  /** @throws UsageError `DATA_VPIN` for numbers that cannot be. */
  constructor({ bucketVolume, buckets = 50 }: VpinOptions) {
    if (!(bucketVolume > 0 && bucketVolume < Infinity) || !Number.isSafeInteger(buckets) || buckets < 1) {
      throw new UsageError({
        code: 'DATA_VPIN',
        message: `VPIN over ${buckets} buckets of ${bucketVolume} cannot be: give a whole number of buckets and a positive volume.`,
        meta: { bucketVolume, buckets },
      })
    }
    this.#bucketVolume = bucketVolume
    this.#window = new Float64Array(buckets)
  }

  /**
   * Take in volume.
   *
   * @param volume - Base units, zero or more.
   * @param buyShare - Share of it that was bought, 0..1.
   * @param onBucket - Called for each bucket that it fills, when {@link imbalance} and {@link vpin} are of that bucket.
   * @throws DataError `DATA_VPIN_VOLUME` for a volume that is no number from 0 to a million buckets.
   */
  add(volume: number, buyShare: number, onBucket: () => void): void {
    if (!(volume >= 0 && volume <= MOST_BUCKETS * this.#bucketVolume)) {
      throw new DataError({
        code: 'DATA_VPIN_VOLUME',
        message: `A volume of ${volume} does not go into buckets of ${this.#bucketVolume}.`,
        hint: 'Make buckets larger; a fiftieth of the volume of an average day is usual.',
        meta: { volume, bucketVolume: this.#bucketVolume },
      })
    }
    let left = volume
    for (;;) {
      const room = this.#bucketVolume - this.#filled
      if (left < room) {
        this.#filled += left
        this.#bought += left * buyShare
        return
      }
      this.#endBucket(this.#bought + room * buyShare)
      onBucket()
      left -= room
    }
  }

  #endBucket(bought: number): void {
    const volume = this.#bucketVolume
    const window = this.#window
    this.imbalance = 2 * bought - volume
    window[this.#full++ % window.length] = Math.abs(this.imbalance)
    this.#filled = 0
    this.#bought = 0
    if (this.#full < window.length) return
    let sum = 0
    for (let k = 0; k < window.length; k++) sum += window[k] as number
    // The volumes of a bucket are sums of parts: their rounding may carry the ratio past 1 by a few units of the last place.
    this.vpin = Math.min(1, sum / (window.length * volume))
  }
}

/**
 * Volume-synchronised probability of informed trading, with the side that the venue gives for each trade; where it gives
 * none, by the tick rule, and half and half while that has none.
 *
 * @param trades - Ordered by time.
 * @throws UsageError `DATA_VPIN` for numbers that cannot be.
 * @throws DataError `DATA_TRADES_UNORDERED` or `DATA_TRADE_TWICE` for trades that cannot be used.
 *
 * Causal. O(trades + buckets full times `buckets`).
 * Source: Easley, López de Prado and O'Hara, Flow Toxicity and Liquidity in a High-frequency World, Review of Financial
 * Studies 25 (2012).
 */
export function vpinOfTrades(trades: TradeColumns, options: VpinOptions): VpinColumns {
  const { tsEventUs, price, quantity, takerSide } = trades
  new TradeOrder().check(trades)
  const sign = new TradeSign()
  const share = (i: number): number => (1 + sign.next(price[i] as number, takerSide[i] as number)) / 2
  return measure(tsEventUs, quantity, share, options)
}

export interface BulkVpinOptions extends VpinOptions {
  /** Bars over which the deviation of price changes is taken; default 100. The source takes all, future ones included. */
  readonly deviationBars?: number
}

/**
 * VPIN with bulk volume classification, for data without sides: the share that was bought of a bar's volume is the normal
 * probability of its change of price, in deviations of such changes.
 *
 * @param closeTimeMs - When each bar is known, oldest first. Shape `[n]`.
 * @param close - Closes, quote units. Shape `[n]`. The source takes bars of one minute.
 * @param volume - Base units. Shape `[n]`.
 * @throws UsageError `DATA_VPIN` for numbers that cannot be.
 *
 * Causal: the deviation is that of the last `deviationBars` changes, the bar's own included. Without one the bar is halved.
 * Source: as {@link vpinOfTrades}, section 1.2.
 */
export function vpinOfBars(
  closeTimeMs: Float64Array,
  close: Float64Array,
  volume: Float64Array,
  options: BulkVpinOptions,
): VpinColumns {
  const classifier = new BulkClassifier(options.deviationBars ?? 100)
  const timeUs = closeTimeMs.map((ms) => ms * 1_000)
  return measure(timeUs, volume, (i) => classifier.buyShare(close[i] as number), options)
}

function measure(
  timeUs: Float64Array,
  volume: Float64Array,
  buyShare: (i: number) => number,
  options: VpinOptions,
): VpinColumns {
  const meter = new VpinMeter(options)
  const times: number[] = []
  const imbalances: number[] = []
  const values: number[] = []
  let now = 0
  const onBucket = (): void => {
    times.push(now)
    imbalances.push(meter.imbalance)
    values.push(meter.vpin)
  }
  for (let i = 0; i < volume.length; i++) {
    now = timeUs[i] as number
    meter.add(volume[i] as number, buyShare(i), onBucket)
  }
  return {
    timeUs: Float64Array.from(times),
    imbalance: Float64Array.from(imbalances),
    vpin: Float64Array.from(values),
  }
}
