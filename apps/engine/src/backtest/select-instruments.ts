import { parseInstrumentId, timeframeMs, UsageError } from '@kestrel/core'
import type { DatasetRecord } from '@kestrel/data'
import { didYouMean } from '../cli/nearest.ts'

/** Instruments and timeframe of a run. */
export interface Selection {
  readonly instruments: readonly string[]
  readonly timeframe: string
}

/**
 * Checks the instruments asked for against the lake, and fills in what was left out where there is only one answer.
 *
 * @throws UsageError `CLI_INSTRUMENT`, `CLI_TIMEFRAME`, `CORE_INSTRUMENT_ID`, `CORE_TIMEFRAME`.
 */
export function selectInstruments(
  wanted: readonly string[],
  timeframe: string | undefined,
  datasets: readonly DatasetRecord[],
): Selection {
  const tradable = datasets.filter(({ key }) => key.kind === 'bars' || key.kind === 'trades')
  const known = [...new Set(tradable.map(({ key }) => key.instrument))]
  const instruments = wanted.length === 0 ? onlyInstrument(known) : wanted
  for (const id of instruments) checkInstrument(id, known)
  if (timeframe !== undefined) {
    timeframeMs(timeframe)
    return { instruments, timeframe }
  }
  const common = instruments
    .map((id) => tradable.filter(({ key }) => key.instrument === id).flatMap(({ key }) => key.timeframe ?? []))
    .reduce((shared, each) => shared.filter((name) => each.includes(name)))
  const [only, ...others] = common.toSorted((a, b) => timeframeMs(a) - timeframeMs(b))
  if (only !== undefined && others.length === 0) return { instruments, timeframe: only }
  throw new UsageError({
    code: 'CLI_TIMEFRAME',
    message: `The length of a bar is not clear for ${instruments.join(', ')}. Nothing was run.`,
    hint: `Add --timeframe, for example --timeframe ${only ?? '1h'}.${only === undefined ? '' : ` The lake has ${[only, ...others].join(', ')}.`}`,
    meta: { instruments, timeframes: common },
  })
}

function onlyInstrument(known: readonly string[]): readonly string[] {
  const [only] = known
  if (only !== undefined && known.length === 1) return [only]
  throw new UsageError({
    code: 'CLI_INSTRUMENT',
    message: 'No instrument was named. Nothing was run.',
    hint:
      known.length === 0
        ? 'The lake is empty. Import data first: kestrel data import FILE --instrument BTC-USDT.BINANCE'
        : `Add --instrument, for example --instrument ${known[0]}. All of them: kestrel data list`,
    meta: { known },
  })
}

function checkInstrument(id: string, known: readonly string[]): void {
  try {
    parseInstrumentId(id)
  } catch (error) {
    const hint = didYouMean(id, known)
    if (hint === undefined || !(error instanceof UsageError)) throw error
    throw new UsageError({
      code: error.code,
      message: `${error.message} Nothing was run.`,
      hint,
      meta: { instrument: id },
    })
  }
  if (known.includes(id)) return
  throw new UsageError({
    code: 'CLI_INSTRUMENT',
    message: `The lake has no bars of ${id}. Nothing was run.`,
    hint: `${didYouMean(id, known) ?? (known.length === 0 ? 'The lake is empty.' : 'See: kestrel data list.')} Import it with: kestrel data import FILE --instrument ${id}`,
    meta: { instrument: id, known },
  })
}
