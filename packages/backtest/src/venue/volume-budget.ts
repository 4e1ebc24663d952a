import type { Instrument } from '@kestrel/core'

/** Below this part of a lot a difference is one of rounding. */
const ROUNDING = 1e-9

/**
 * What bars offer to our orders: a share of a volume, but one lot where anything trades at all, since a coarse lot would
 * never fill otherwise. What a bar gave beyond its own share, later bars make up for: in the end our orders have no more
 * than their share of the volume.
 */
export class VolumeBudget {
  readonly #volume: Float64Array
  /** Bar that is drawn on, and the lots that were taken from it. */
  #bar = -1
  #usedLots = 0
  /** Lots, in parts too, by which bars before `#bar` were overdrawn. */
  #owedLots = 0
  /** Share and lot that were last asked with. */
  #volumeShare = 0
  #lot: Instrument['lot'] | undefined

  /** @param volume - Base units or contracts that traded, by bar. */
  constructor(volume: Float64Array) {
    this.#volume = volume
  }

  /** Whole lots that bar `bar` still offers where `offered` is the volume that it offers a share of; ask in order of bars. */
  left(bar: number, offered: number, volumeShare: number, lot: Instrument['lot']): number {
    this.ask(volumeShare, lot)
    if (this.#bar !== bar) this.#begin(bar)
    const share = lotsIn(offered * volumeShare, lot)
    const lots = share === 0 ? 0 : Math.max(1, Math.floor(share + ROUNDING))
    return Math.floor(lots - this.#usedLots - this.#owedLots + ROUNDING)
  }

  /** Says what share of the volume is ours, for what is taken without asking what is left. */
  ask(volumeShare: number, lot: Instrument['lot']): void {
    this.#volumeShare = volumeShare
    this.#lot = lot
  }

  /** Takes lots off what bar `bar` offers. */
  use(bar: number, lots: number): void {
    if (this.#bar !== bar) this.#begin(bar)
    this.#usedLots += lots
  }

  /** Carries over what the bars since the last one that was drawn on leave overdrawn. */
  #begin(bar: number): void {
    const lot = this.#lot
    let owed = this.#owedLots + this.#usedLots
    if (lot !== undefined) {
      for (let row = this.#bar; row < bar && owed > 0; row++) {
        owed = Math.max(0, owed - lotsIn((this.#volume[row] ?? 0) * this.#volumeShare, lot))
      }
    }
    this.#owedLots = owed
    this.#usedLots = 0
    this.#bar = bar
  }
}

/** Lots in a volume, the part of one included. */
function lotsIn(volume: number, { scale, mantissa }: Instrument['lot']): number {
  return (volume * scale) / mantissa
}
