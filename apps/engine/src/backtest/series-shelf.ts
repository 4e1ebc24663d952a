import { createHash } from 'node:crypto'
import { type InstrumentId, KestrelError, type SeriesColumns, type TimeMs } from '@kestrel/core'
import { type DatasetRecord, keyText, type Lake, type LoadedSeries } from '@kestrel/data'
import { seriesKey } from './series-key.ts'

/** A series that a run read, for its manifest. */
export interface SeriesUse {
  /** Name and instrument by which the strategy asked for it. */
  readonly name: string
  readonly instrument: InstrumentId | null
  readonly dataset: string
  readonly rows: number
  readonly dataHash: string
}

/**
 * The series of a run. A strategy says in `start` which ones it wants, in the middle of a run that cannot wait: the run is
 * given up there, the series is loaded, and the run begins again. Starting is cheap and leaves nothing behind.
 */
export class SeriesShelf {
  readonly #lake: Lake
  readonly #instruments: readonly InstrumentId[]
  readonly #datasets: readonly DatasetRecord[]
  readonly #toMs: TimeMs
  readonly #loaded = new Map<string, { readonly loaded: LoadedSeries; readonly use: SeriesUse }>()

  /**
   * @param toMs - End of the run. The rows before its beginning are loaded too, since they are known in it.
   */
  constructor(lake: Lake, instruments: readonly InstrumentId[], datasets: readonly DatasetRecord[], toMs: TimeMs) {
    this.#lake = lake
    this.#instruments = instruments
    this.#datasets = datasets
    this.#toMs = toMs
  }

  /** The series, if it was loaded. */
  get(name: string, instrumentId: InstrumentId | undefined): SeriesColumns | undefined {
    return this.#loaded.get(nameOf(name, instrumentId))?.loaded.series
  }

  /**
   * Runs, and again after each series that turned out to be wanted.
   *
   * @throws DataError as {@link seriesKey} and the lake do.
   */
  async runWith<T>(run: () => T): Promise<T> {
    for (;;) {
      try {
        return run()
      } catch (error) {
        if (!KestrelError.isInstance(error) || error.code !== 'KERNEL_NO_SERIES') throw error
        const { series, instrument } = error.meta as { series: string; instrument?: InstrumentId }
        if (this.get(series, instrument) !== undefined) throw error
        await this.#load(series, instrument)
      }
    }
  }

  async #load(name: string, instrumentId: InstrumentId | undefined): Promise<void> {
    const key = seriesKey(name, instrumentId, this.#instruments, this.#datasets)
    const loaded = await this.#lake.loadSeries(key, { toMs: this.#toMs })
    const { rows, dataHash } = loaded
    const use = { name, instrument: instrumentId ?? null, dataset: keyText(key), rows, dataHash }
    this.#loaded.set(nameOf(name, instrumentId), { loaded, use })
  }

  /** What the run read, in order of name. */
  get uses(): readonly SeriesUse[] {
    return [...this.#loaded.entries()].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, { use }]) => use)
  }

  /** Datasets among them that were generated. */
  get syntheticDatasets(): readonly string[] {
    return [...this.#loaded.values()]
      .filter(({ loaded }) => loaded.synthetic !== undefined)
      .map(({ use }) => use.dataset)
  }

  /** The hash of a run's data with that of its series; unchanged where it has none. */
  hashWith(dataHash: string): string {
    if (this.#loaded.size === 0) return dataHash
    const hash = createHash('sha256').update(`${dataHash}\n`)
    for (const use of this.uses) hash.update(`${use.name} ${use.instrument ?? ''} ${use.dataset} ${use.dataHash}\n`)
    return hash.digest('hex')
  }
}

function nameOf(name: string, instrumentId: InstrumentId | undefined): string {
  return `${name} ${instrumentId ?? ''}`
}
