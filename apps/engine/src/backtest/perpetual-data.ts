import { type InstrumentId, parseInstrumentId, type SeriesColumns } from '@kestrel/core'
import type { DatasetRecord, Lake, LoadedSeries } from '@kestrel/data'
import type { MarketWindow } from './load-market.ts'

/** Funding rates and mark prices of the perpetuals of a run, as far as the lake has them. */
export interface PerpetualData {
  readonly funding: ReadonlyMap<InstrumentId, LoadedSeries>
  readonly mark: ReadonlyMap<InstrumentId, LoadedSeries>
  /** Text that changes with any of their rows; empty where there are none. */
  readonly fingerprint: string
}

/**
 * Loads what the perpetuals of a run need beside their bars. What is absent or does not reach into the window is left out;
 * whether the run may do without is for the run to say.
 *
 * @param window - First open and last close of the run; a settlement at the last close belongs to it.
 * @param useFunding - False where funding shall be left out.
 * @throws DataError of the lake for what is corrupt.
 */
export async function loadPerpetualData(
  lake: Lake,
  instruments: readonly InstrumentId[],
  window: { readonly fromMs: number; readonly toMs: number },
  useFunding: boolean,
  datasets: readonly DatasetRecord[],
): Promise<PerpetualData> {
  const funding = new Map<InstrumentId, LoadedSeries>()
  const mark = new Map<InstrumentId, LoadedSeries>()
  const through = { fromMs: window.fromMs, toMs: window.toMs + 1 }
  for (const instrument of instruments) {
    if (parseInstrumentId(instrument).kind !== 'perpetual') continue
    for (const [kind, into] of [
      ['funding', funding],
      ['mark', mark],
    ] as const) {
      const isStored = datasets.some(({ key }) => key.instrument === instrument && key.kind === kind)
      if (!isStored || (kind === 'funding' && !useFunding)) continue
      const loaded = await loadIfAny(lake, instrument, kind, through)
      if (loaded !== undefined) into.set(instrument, loaded)
    }
  }
  const lines = [...funding.values(), ...mark.values()].map(
    ({ key, dataHash }) => `${key.instrument} ${key.kind}:${dataHash}\n`,
  )
  return { funding, mark, fingerprint: lines.join('') }
}

async function loadIfAny(
  lake: Lake,
  instrument: InstrumentId,
  kind: 'funding' | 'mark',
  window: MarketWindow,
): Promise<LoadedSeries | undefined> {
  try {
    return await lake.loadSeries({ instrument, kind }, window as { fromMs: number; toMs: number })
  } catch (error) {
    if ((error as { code?: unknown }).code === 'DATA_WINDOW_EMPTY') return undefined
    throw error
  }
}

/** A column set as the kernel asks for it, by instrument. */
export function seriesOf(
  loaded: ReadonlyMap<InstrumentId, LoadedSeries>,
): (id: InstrumentId) => SeriesColumns | undefined {
  return (id) => loaded.get(id)?.series
}
