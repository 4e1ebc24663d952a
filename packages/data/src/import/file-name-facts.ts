import { basename, dirname } from 'node:path'
import { type Timeframe, timeframeMs } from '@kestrel/core'
import type { DataKind } from '../dataset.ts'
import { parseSymbol } from './symbol-name.ts'

/** What the name of a file tells about its data. */
export interface FileNameFacts {
  readonly kind?: DataKind
  readonly timeframe?: Timeframe
  readonly instrument?: string
  /** True where the name tells the symbol but not whether it is spot or a perpetual. */
  readonly isMarketUnclear?: boolean
}

const COMPRESSED = /\.(gz|gzip|zst|zstd)$/i
const FREQTRADE =
  /^([A-Z0-9]+)_([A-Z0-9]+)(?:_([A-Z0-9]+))?(?:-(\d+[a-zA-Z]+))?-?(futures|mark|funding_rate|trades|spot)?\.(feather|json|parquet)$/
const BINANCE =
  /^(?:(spot|futures)-)?([A-Z0-9]+)-(?:(\d+[smhdw]|\d+mo)|(aggTrades|trades|fundingRate|markPriceKlines(?:-\w+)?))-\d{4}-\d{2}(?:-\d{2})?\.(zip|csv)$/

/** freqtrade's `1M` has no length in days, so that months are not a timeframe here. */
function timeframeIn(text: string | undefined): { timeframe?: Timeframe } {
  if (text === undefined || !/^[1-9]\d*[smhdw]$/.test(text)) return {}
  timeframeMs(text)
  return { timeframe: text }
}

/**
 * Kind, timeframe and instrument as freqtrade (`BTC_USDT-1h.feather`, `BTC_USDT_USDT-8h-funding_rate.feather`) and
 * Binance's public archive (`BTCUSDT-1h-2024-01.zip`, `BTCUSDT-aggTrades-2024-01-02.zip`) write them. The venue of freqtrade
 * is the name of its folder. A name that is not of these forms tells nothing.
 */
export function fileNameFacts(path: string): FileNameFacts {
  return freqtradeFacts(path) ?? binanceFacts(path) ?? {}
}

function freqtradeFacts(path: string): FileNameFacts | undefined {
  const match = FREQTRADE.exec(basename(path).replace(COMPRESSED, ''))
  if (match === null) return undefined
  const [, base = '', quote = '', settle, timeframe, what] = match
  const isPerpetual = settle !== undefined
  if (timeframe === undefined && what !== 'trades') return undefined
  const folder = basename(dirname(path))
  const venue = (folder === 'futures' ? basename(dirname(dirname(path))) : folder).toUpperCase()
  const kind = what === 'trades' ? 'trades' : what === 'funding_rate' ? 'funding' : what === 'mark' ? 'mark' : 'bars'
  const isVenue = /^[A-Z][A-Z0-9_]{0,30}$/.test(venue)
  return {
    kind,
    ...(kind === 'bars' || kind === 'mark' ? timeframeIn(timeframe) : {}),
    ...(isVenue ? { instrument: `${base}-${quote}${isPerpetual ? '-PERP' : ''}.${venue}` } : {}),
  }
}

function binanceFacts(path: string): FileNameFacts | undefined {
  const match = BINANCE.exec(basename(path).replace(COMPRESSED, ''))
  if (match === null) return undefined
  const [, market, symbolText = '', timeframe, what] = match
  const kind =
    what === undefined ? 'bars' : what === 'fundingRate' ? 'funding' : what.startsWith('mark') ? 'mark' : 'trades'
  const symbol = parseSymbol(symbolText)
  const folders = dirname(path).replaceAll('\\', '/')
  const isPerpetual =
    kind === 'funding' || kind === 'mark' || market === 'futures' || /(^|\/)futures(\/|$)/.test(folders)
  const isSpot = market === 'spot' || /(^|\/)spot(\/|$)/.test(folders)
  return {
    kind,
    ...(kind === 'bars' ? timeframeIn(timeframe) : {}),
    ...(symbol === undefined || (!isPerpetual && !isSpot)
      ? { isMarketUnclear: true }
      : { instrument: `${symbol.base}-${symbol.quote}${isPerpetual ? '-PERP' : ''}.BINANCE` }),
  }
}
