import { join } from 'node:path'

import { parseInstrumentId, timeframeMs, UsageError } from '@kestrel/core'

import { DATA_KINDS, type DatasetKey } from '../dataset.ts'

const SERIES_NAME = /^[a-z0-9][a-z0-9_-]{0,62}$/

/**
 * Checks a key and drops what its kind does not use.
 *
 * @throws UsageError `DATA_KEY` naming the part that is missing or cannot be used; `CORE_INSTRUMENT_ID`; `CORE_TIMEFRAME`.
 */
export function checkedKey(key: DatasetKey): DatasetKey {
  parseInstrumentId(key.instrument)
  const refuse = (problem: string, hint: string): UsageError =>
    new UsageError({ code: 'DATA_KEY', message: `${key.instrument}: ${problem}`, hint, meta: { key } })
  if (!DATA_KINDS.includes(key.kind))
    throw refuse(`"${key.kind}" is not a kind of data.`, `Kinds: ${DATA_KINDS.join(', ')}.`)
  if (key.kind === 'bars' && key.timeframe === undefined)
    throw refuse('bars need a timeframe.', 'Add --timeframe, for example --timeframe 1h.')
  if (key.kind === 'series' && !SERIES_NAME.test(key.name ?? ''))
    throw refuse(
      `a series needs a name, not "${key.name ?? ''}".`,
      'Use lower-case letters, digits, "-" and "_": fear-greed.',
    )
  const timeframe = key.kind === 'bars' || key.kind === 'mark' ? key.timeframe : undefined
  if (timeframe !== undefined) timeframeMs(timeframe)
  return Object.freeze({
    instrument: key.instrument,
    kind: key.kind,
    ...(timeframe === undefined ? {} : { timeframe }),
    ...(key.kind === 'series' ? { name: key.name } : {}),
  })
}

/** A key as people write it: `BTC-USDT.BINANCE bars 1h`, `BTC-USDT.BINANCE series fear-greed`. */
export function keyText(key: DatasetKey): string {
  return [key.instrument, key.kind, key.timeframe ?? key.name].filter((part) => part !== undefined).join(' ')
}

/** True for two names of the same dataset. */
export function sameKey(a: DatasetKey, b: DatasetKey): boolean {
  return keyText(a) === keyText(b)
}

/** The folder of a dataset within the lake's folder. */
export function datasetFolder(lakeFolder: string, key: DatasetKey): string {
  const { venue } = parseInstrumentId(key.instrument)
  const parts = [`venue=${venue}`, `instrument=${key.instrument}`, `kind=${key.kind}`]
  if (key.timeframe !== undefined) parts.push(`timeframe=${key.timeframe}`)
  if (key.name !== undefined) parts.push(`name=${key.name}`)
  return join(lakeFolder, ...parts)
}

/** The command that would bring the dataset into the lake. */
export function importCommand(key: DatasetKey): string {
  const parts = ['kestrel data import FILE', `--instrument ${key.instrument}`]
  if (key.kind !== 'bars') parts.push(`--kind ${key.kind}`)
  if (key.timeframe !== undefined) parts.push(`--timeframe ${key.timeframe}`)
  if (key.name !== undefined) parts.push(`--name ${key.name}`)
  return parts.join(' ')
}

/** The command that would download the dataset from its venue; `undefined` for series, which no venue serves under a name. */
export function downloadCommand(key: DatasetKey): string | undefined {
  if (key.kind === 'series') return undefined
  const { venue } = parseInstrumentId(key.instrument)
  const parts = [`kestrel data download --venue ${venue.toLowerCase()}`, `--instrument ${key.instrument}`]
  if (key.kind !== 'bars') parts.push(`--kind ${key.kind}`)
  if (key.timeframe !== undefined) parts.push(`--timeframe ${key.timeframe}`)
  return `${parts.join(' ')} --from 2024-01-01`
}
