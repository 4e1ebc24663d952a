import type { HistoryKind, TimeSpan } from '@kestrel/data'

const DAY_MS = 86_400_000

/** How a venue serves one kind of history. */
export interface SeriesProfile {
  /** Most rows of one answer; asked for no more. By default what ccxt states, else 100. */
  readonly pageRows?: number | undefined
  /** How the end of a window is said. By default ccxt's `until`, taken as inclusive. */
  readonly windowParams?: ((window: TimeSpan) => object) | undefined
  /** How far back the venue serves it: time before now, or rows. What lies before is refused, not taken as absent. */
  readonly reachMs?: number | undefined
  readonly reachRows?: number | undefined
  /** True where an open-ended question is answered with the first row there is, which finds the start of a listing. */
  readonly findsFirst?: boolean | undefined
}

/**
 * How a venue pages trades: from a trade's id, inclusive, with ids that leave none out; or from an instant given in
 * nanoseconds, exclusive.
 */
type TradePaging = 'from-id' | 'since-ns'

/** What is special about a venue. */
export interface VenueProfile {
  /** Markets to load for spot and for perpetuals, in ccxt's words for this venue. */
  readonly marketTypes?: { readonly spot: readonly string[]; readonly perpetual: readonly string[] } | undefined
  readonly bars?: SeriesProfile | undefined
  readonly mark?: SeriesProfile | undefined
  readonly funding?: SeriesProfile | undefined
  readonly 'open-interest'?: SeriesProfile | undefined
  readonly trades?: TradePaging | undefined
  /** Why a kind is not served though ccxt has a method for it, and what to do instead. */
  readonly notServed?: Readonly<Partial<Record<HistoryKind, string>>> | undefined
}

const untilInclusive = ({ toMs }: TimeSpan): object => ({ until: toMs - 1 })

/** Venues that were looked at. Sources: the venues' REST documentation and ccxt's code at the pinned version. */
const PROFILES: Readonly<Record<string, VenueProfile>> = {
  binance: {
    marketTypes: { spot: ['spot'], perpetual: ['linear', 'inverse'] },
    bars: { pageRows: 1_000, windowParams: untilInclusive, findsFirst: true },
    mark: { pageRows: 1_000, windowParams: untilInclusive, findsFirst: true },
    funding: { pageRows: 1_000, windowParams: untilInclusive },
    // The venue keeps 30 days; the last of them goes while one asks.
    'open-interest': { pageRows: 500, windowParams: untilInclusive, reachMs: 29 * DAY_MS },
    trades: 'from-id',
  },
  bybit: {
    marketTypes: { spot: ['spot'], perpetual: ['linear', 'inverse'] },
    bars: { pageRows: 1_000, windowParams: untilInclusive },
    mark: { pageRows: 1_000, windowParams: untilInclusive },
    funding: { pageRows: 200, windowParams: untilInclusive },
    'open-interest': { pageRows: 200, windowParams: untilInclusive },
    notServed: {
      trades: 'bybit serves only the newest trades; import its archive files from https://public.bybit.com instead',
    },
  },
  okx: {
    marketTypes: { spot: ['spot'], perpetual: ['swap'] },
    // `after` is exclusive at okx, and ccxt hands `until` on as it is.
    bars: { pageRows: 300, windowParams: ({ toMs }) => ({ until: toMs }) },
    mark: { pageRows: 100, windowParams: ({ toMs }) => ({ until: toMs }) },
    funding: { pageRows: 100, windowParams: ({ toMs }) => ({ after: toMs }), reachMs: 90 * DAY_MS },
    notServed: {
      'open-interest': 'okx serves open interest by currency, not by instrument',
      trades: 'okx serves trades newest first and for three months only; import its archive files instead',
    },
  },
  kraken: {
    bars: { pageRows: 720, windowParams: () => ({}), reachRows: 719 },
    trades: 'since-ns',
  },
}

const UNKNOWN: VenueProfile = {}

/** What is known of a venue, by its ccxt id. */
export function venueProfile(venue: string): VenueProfile {
  return PROFILES[venue] ?? UNKNOWN
}
