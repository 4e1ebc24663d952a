import type { DataKind } from '../dataset.ts'

/**
 * Names that files use for a column, in order of preference: where a file has two, the earlier one is taken. Names are
 * compared in lower case with every run of other characters as one underscore.
 */
const TIME_NAMES = [
  'tseventms', 'tseventus', 'opentimems', 'open_time', 'opentime', 'open_timestamp', 'time_open', 'period_start', 'time_period_start', 'start_time', 'start',
  'transact_time', 'trade_time', 'trade_ms', 'funding_time', 'fundingtime', 'funding_timestamp', 'calc_time',
  'ts', 'timestamp', 'timestamp_ms', 'timestamp_us', 'ts_event', 'ts_ms', 'unix', 'unix_timestamp', 'unixtime', 'epoch',
  'event_time', 'event_ms', 'time', 't', 'datetime', 'date_time', 'date_utc', 'time_utc', 'date', 'day', 'created_at', 'snapped_at',
] // prettier-ignore

const NAMES = {
  time: TIME_NAMES,
  knowable: [
    'knowabletimems',
    'knowable',
    'knowable_time',
    'knowable_at',
    'known_at',
    'available_at',
    'published_at',
    'release_time',
    'released_at',
  ],
  open: ['open', 'o', 'open_price', 'price_open', 'px_open', 'opening_price'],
  high: ['high', 'h', 'high_price', 'price_high', 'px_high', 'max'],
  low: ['low', 'l', 'low_price', 'price_low', 'px_low', 'min'],
  close: ['close', 'c', 'close_price', 'price_close', 'px_close', 'last', 'closing_price'],
  volume: [
    'base_volume',
    'volume_base',
    'basevolume',
    'volume',
    'vol',
    'v',
    'volume_traded',
    'volumefrom',
    'volume_from',
  ],
  price: ['price', 'p', 'px', 'trade_price', 'last_price'],
  quantity: [
    'quantity',
    'qty',
    'q',
    'amount',
    'size',
    'sz',
    'trade_size',
    'trade_quantity',
    'base_qty',
    'volume',
    'vol',
  ],
  id: ['agg_trade_id', 'agg_id', 'aggregate_trade_id', 'trade_id', 'tradeid', 'id', 'tid', 'a'],
  buyerIsMaker: ['is_buyer_maker', 'buyer_is_maker', 'isbuyermaker', 'buyer_maker', 'was_the_buyer_the_maker', 'm'],
  takerSign: ['takerside'],
  side: ['taker_side', 'aggressor', 'aggressor_side', 'side', 'direction'],
  rate: ['funding_rate', 'fundingrate', 'last_funding_rate', 'rate', 'realized_rate', 'r'],
  mark: ['mark_price', 'markprice', 'mark', 'value', 'price', 'close'],
} as const

/** What a column is for. */
export type ColumnRole = keyof typeof NAMES

/** Roles a kind is made of; `mark` is either four prices or one. */
export const KIND_ROLES: Readonly<Record<DataKind, readonly ColumnRole[]>> = {
  bars: ['open', 'high', 'low', 'close', 'volume'],
  trades: ['price', 'quantity', 'id', 'buyerIsMaker', 'side', 'takerSign'],
  funding: ['rate'],
  mark: ['open', 'high', 'low', 'close', 'mark'],
  series: [],
}

/** A column name as aliases are compared. */
export function plainName(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '_')
    .replaceAll(/^_+|_+$/g, '')
}

/** True where the name is an alias of the role. */
export function isNamed(name: string, role: ColumnRole): boolean {
  return (NAMES[role] as readonly string[]).includes(plainName(name))
}

/** Index of the column that best fits a role, or -1. `taken` columns are passed over. */
export function findColumn(names: readonly string[], role: ColumnRole, taken: ReadonlySet<number>): number {
  const plain = names.map(plainName)
  for (const alias of NAMES[role] as readonly string[]) {
    const index = plain.findIndex((name, i) => name === alias && !taken.has(i))
    if (index >= 0) return index
  }
  return -1
}

/**
 * Index of the volume in base units, or -1. A name such as `Volume BTC` beside a plain or quote volume
 * (CryptoDataDownload) is the base volume when its ending is the base of the instrument.
 */
export function findBaseVolume(names: readonly string[], base: string | undefined, taken: ReadonlySet<number>): number {
  if (base !== undefined) {
    const wanted = [`volume_${base.toLowerCase()}`, `vol_${base.toLowerCase()}`, `${base.toLowerCase()}_volume`]
    const index = names.findIndex((name, i) => wanted.includes(plainName(name)) && !taken.has(i))
    if (index >= 0) return index
  }
  // `volume_btc` beside `volume`: the suffixed one is base, the plain one quote.
  const suffixed = names.findIndex((name, i) => plainName(name) === 'volume_btc' && !taken.has(i))
  if (suffixed >= 0 && (base === undefined || base === 'BTC')) return suffixed
  return findColumn(names, 'volume', taken)
}

/** Every alias, for telling a header from data. */
const EVERY_NAME: ReadonlySet<string> = new Set(Object.values(NAMES).flat())

/** Number of names that are known aliases of some role. */
export function knownNames(names: readonly string[]): number {
  return names.filter((name) => EVERY_NAME.has(plainName(name))).length
}
