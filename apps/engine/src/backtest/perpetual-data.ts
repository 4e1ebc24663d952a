import { type InstrumentId, parseInstrumentId, type SeriesColumns, timeframeMs } from '@kestrel/core'
import type { DatasetKey, DatasetRecord, Lake, LoadedSeries } from '@kestrel/data'

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
      const key = finest(
        datasets.map((each) => each.key).filter((each) => each.instrument === instrument && each.kind === kind),
      )
      if (key === undefined || (kind === 'funding' && !useFunding)) continue
      const loaded = await loadIfAny(lake, { ...key, kind }, through)
      if (loaded !== undefined) into.set(instrument, loaded)
    }
  }
  const lines = [...funding.values(), ...mark.values()].map(
    ({ key, dataHash }) => `${key.instrument} ${key.kind}:${dataHash}\n`,
  )
  return { funding, mark, fingerprint: lines.join('') }
}

/** The one of shortest bars: marks of an hour say more than those of eight. */
function finest(keys: readonly DatasetKey[]): DatasetKey | undefined {
  const length = ({ timeframe }: DatasetKey): number => (timeframe === undefined ? 0 : timeframeMs(timeframe))
  return keys.toSorted((a, b) => length(a) - length(b))[0]
}

async function loadIfAny(
  lake: Lake,
  key: DatasetKey & { readonly kind: 'funding' | 'mark' },
  window: { readonly fromMs: number; readonly toMs: number },
): Promise<LoadedSeries | undefined> {
  try {
    return await lake.loadSeries(key, window)
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
