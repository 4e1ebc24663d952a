/** Venues whose liquidation rule is known by name. */
export const LIQUIDATION_VENUES = ['binance', 'bybit', 'okx', 'gate'] as const
export type LiquidationVenue = (typeof LIQUIDATION_VENUES)[number]

export type MarginMode = 'isolated' | 'cross'

/** How a venue decides that a position has too little margin, and who keeps what is left of it. */
export interface LiquidationRule {
  readonly venue: LiquidationVenue
  readonly mode: MarginMode
  /** Price at which the maintenance margin is worked out: the mark, or the entry price (then it never moves). */
  readonly maintenanceAt: 'mark' | 'entry'
  /** Whether the taker fee of closing at the mark is demanded on top of the maintenance margin. */
  readonly closingFee: boolean
  /**
   * Who gets the margin left after a liquidation better than the bankruptcy price: the trader less a clearance fee, or
   * the insurance fund, which took the position over at the bankruptcy price.
   */
  readonly remainderTo: 'trader' | 'fund'
  readonly source: string
}

const binance = {
  venue: 'binance',
  maintenanceAt: 'mark',
  closingFee: false,
  remainderTo: 'trader',
  source: 'Binance support, "How to Calculate Liquidation Price of USD-M Futures Contracts" and its COIN-M counterpart',
} as const

const okx = {
  venue: 'okx',
  maintenanceAt: 'mark',
  closingFee: true,
  remainderTo: 'fund',
  source:
    'OKX help, "Introduction to the isolated mode" and "Tiered maintenance margin ratio rules" (margin ratio 100 %)',
} as const

const gate = {
  venue: 'gate',
  maintenanceAt: 'mark',
  closingFee: true,
  remainderTo: 'fund',
  source: 'Gate help, "Perpetual contracts: calculation of the liquidation price"',
} as const

/**
 * The rules by venue and margin mode.
 *
 * Bybit's isolated rule is that of its article "Liquidation Price (USDT Contract)" and of its unified account until
 * 2025: maintenance margin of the entry value. Its article of 2026 uses the mark, which is Binance's isolated rule.
 */
export const LIQUIDATION_RULES: Readonly<Record<LiquidationVenue, Readonly<Record<MarginMode, LiquidationRule>>>> = {
  binance: { isolated: { ...binance, mode: 'isolated' }, cross: { ...binance, mode: 'cross' } },
  bybit: {
    isolated: {
      venue: 'bybit',
      mode: 'isolated',
      maintenanceAt: 'entry',
      closingFee: false,
      remainderTo: 'fund',
      source:
        'Bybit help centre, "Liquidation Price (USDT Contract)" and "... under Isolated Mode (Unified Trading Account)"',
    },
    cross: {
      venue: 'bybit',
      mode: 'cross',
      maintenanceAt: 'mark',
      closingFee: true,
      remainderTo: 'fund',
      source: 'Bybit help centre, "Trading Rules: Liquidation Process (Unified Trading Account)"',
    },
  },
  okx: { isolated: { ...okx, mode: 'isolated' }, cross: { ...okx, mode: 'cross' } },
  gate: { isolated: { ...gate, mode: 'isolated' }, cross: { ...gate, mode: 'cross' } },
}
