import { DataError, type InstrumentId } from '@kestrel/core'
import type { DatasetKey, DatasetRecord } from '@kestrel/data'

/** Names of a strategy that are kinds of data of their own in the lake. */
const KINDS = new Set(['funding', 'mark'])

/**
 * The dataset that a strategy means by the name of a series: `funding` and `mark` are those of an instrument, any other
 * name is the series imported under it, written `fearGreed` or `fear-greed`.
 *
 * @param instrumentId - As the strategy gave it. Without one it is an instrument of the run that has such data, or else the
 *   only one of the lake.
 * @throws DataError `BACKTEST_NO_SERIES` with the command that imports it, or `BACKTEST_SERIES_UNCLEAR` where several
 *   datasets could be meant. Exit code 3.
 */
export function seriesKey(
  name: string,
  instrumentId: InstrumentId | undefined,
  runInstruments: readonly InstrumentId[],
  datasets: readonly DatasetRecord[],
): DatasetKey & { readonly kind: 'funding' | 'mark' | 'series' } {
  const stored = kebabCase(name)
  const candidates = datasets
    .map(({ key }) => key)
    .filter((key) => (KINDS.has(name) ? key.kind === name : key.kind === 'series' && key.name === stored))
    .filter((key) => instrumentId === undefined || key.instrument === instrumentId)
  const ofRun = candidates.filter(({ instrument }) => runInstruments.includes(instrument))
  const [key, ...others] = ofRun.length > 0 ? ofRun : candidates
  const what = instrumentId === undefined ? name : `${name} of ${instrumentId}`
  if (key === undefined) {
    const where = instrumentId ?? (KINDS.has(name) ? (runInstruments[0] ?? 'ID') : 'ID')
    const kind = KINDS.has(name) ? `--kind ${name}` : `--kind series --name ${stored}`
    throw new DataError({
      code: 'BACKTEST_NO_SERIES',
      message: `The strategy asks for the series ${what}, which the lake does not have. Nothing was run.`,
      hint: `Import it: kestrel data import FILE ${kind} --instrument ${where}`,
      meta: { series: name, ...(instrumentId === undefined ? {} : { instrument: instrumentId }) },
    })
  }
  if (others.length > 0) {
    const all = [key, ...others].map(({ instrument, timeframe }) => [instrument, timeframe].join(' ').trim())
    throw new DataError({
      code: 'BACKTEST_SERIES_UNCLEAR',
      message: `The strategy asks for the series ${what}, and the lake has several: ${all.join(', ')}. Nothing was run.`,
      hint: `Name the instrument in the strategy: series('${name}', '${key.instrument}').`,
      meta: { series: name, candidates: all },
    })
  }
  return key as DatasetKey & { readonly kind: 'funding' | 'mark' | 'series' }
}

/** `fearGreed` as names of datasets are written: `fear-greed`. */
function kebabCase(name: string): string {
  return name.replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase()
}
