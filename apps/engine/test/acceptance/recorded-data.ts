/** Recorded market data beside the repository, and the commands that bring it into a lake. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'

export const RECORDED = join(import.meta.dirname, '..', '..', '..', '..', '..', 'shared', 'data')

/** Where it is absent, tests that need it are skipped. */
export const recordedAbsent = !existsSync(RECORDED)

/** Coins of the hourly files of perpetuals, and of the minute files. */
export const HOURLY_COINS = ['BTC', 'ETH', 'SOL', 'BNB', 'XRP', 'DOGE', 'ADA', 'LINK', 'LTC', 'DOT'] as const
export const MINUTE_COINS = ['BTC', 'ETH', 'SOL', 'XRP', 'BNB', 'ADA', 'LTC'] as const

/** Name of the hourly file of a perpetual. */
export const hourlyFile = (coin: string): string => `ohlcv/binanceusdm_${coin}USDT_1h_202301_202603.parquet`
/** Name of the minute file of a perpetual. */
export const minuteFile = (coin: string): string => `ohlcv/binanceusdm_${coin}USDT_1m_20250504_20250624.parquet`
/** The name under which bars of a perpetual are kept until perpetuals can be traded. */
export const usdmName = (coin: string): string => `${coin}-USDT.BINANCEUSDM`

export const SPOT_FILE = 'ohlcv/binance_spot_BTCUSDT_1h_201708_202404.parquet'
export const SPOT = 'BTC-USDT.BINANCE'

/** Arguments of `kestrel data import` for bars of one instrument. */
export function importBars(file: string, instrument: string, timeframe: string): readonly string[] {
  return ['data', 'import', join(RECORDED, file), '--instrument', instrument, '--timeframe', timeframe]
}
