import { marginTiersOf } from './margin-tiers.ts'

/** Binance USD-M BTCUSDT, as recorded in 2026: notional tiers with maintenance amounts. */
export const BTC_TIERS = marginTiersOf({
  id: 'BTC-USDT-PERP.BINANCE',
  source: 'leverage brackets of the venue, 2026',
  tiers: [
    { floor: 0, cap: 3e5, maintenanceRate: 0.004, maxLeverage: 150 },
    { floor: 3e5, cap: 8e5, maintenanceRate: 0.005, maintenanceAmount: 300, maxLeverage: 100 },
    { floor: 8e5, cap: 3e6, maintenanceRate: 0.0065, maintenanceAmount: 1_500, maxLeverage: 75 },
    { floor: 3e6, cap: 1.2e7, maintenanceRate: 0.01, maintenanceAmount: 12_000, maxLeverage: 50 },
    { floor: 1.2e7, cap: 7e7, maintenanceRate: 0.02, maintenanceAmount: 132_000, maxLeverage: 25 },
  ],
})

/** Tiers in the base currency, as of an inverse contract. */
export const COIN_TIERS = marginTiersOf({
  id: 'BTC-USD-PERP.BINANCE',
  source: 'leverage and margin in coin-margined contracts of the venue, 2021',
  tiers: [
    { floor: 0, cap: 5, maintenanceRate: 0.004, maxLeverage: 125 },
    { floor: 5, cap: 10, maintenanceRate: 0.005, maintenanceAmount: 0.005, maxLeverage: 100 },
    { floor: 10, cap: 20, maintenanceRate: 0.01, maintenanceAmount: 0.055, maxLeverage: 50 },
    { floor: 20, cap: 50, maintenanceRate: 0.025, maintenanceAmount: 0.355, maxLeverage: 20 },
  ],
})

/** Tiers counted in contracts, as OKX has them: the rate of the tier holds for the whole position. */
export const CONTRACT_TIERS = marginTiersOf({
  id: 'ADA-USDT-PERP.OKX',
  measure: 'contracts',
  source: 'position tiers of the venue, 2023-10-31',
  tiers: [
    { floor: 0, cap: 1_500, maintenanceRate: 0.005, maxLeverage: 50 },
    { floor: 1_500, cap: 3_000, maintenanceRate: 0.0075, maxLeverage: 40 },
    { floor: 3_000, cap: 6_000, maintenanceRate: 0.01, maxLeverage: 33.33 },
  ],
})

/** Binance USD-M BTCUSDT of 2021, up to the tier that the venue's worked example needs. */
export const BTC_TIERS_2021 = marginTiersOf({
  id: 'BTC-USDT-PERP.BINANCE',
  source: 'leverage and margin tiers of the venue, 2021-03-18',
  tiers: [
    { floor: 0, cap: 5e4, maintenanceRate: 0.004, maxLeverage: 125 },
    { floor: 5e4, cap: 2.5e5, maintenanceRate: 0.005, maintenanceAmount: 50, maxLeverage: 100 },
    { floor: 2.5e5, cap: 1e6, maintenanceRate: 0.01, maintenanceAmount: 1_300, maxLeverage: 50 },
    { floor: 1e6, cap: 1e7, maintenanceRate: 0.025, maintenanceAmount: 16_300, maxLeverage: 20 },
  ],
})

/** Binance USD-M ETHUSDT of 2021, likewise. */
export const ETH_TIERS_2021 = marginTiersOf({
  id: 'ETH-USDT-PERP.BINANCE',
  source: 'leverage and margin tiers of the venue, 2021',
  tiers: [
    { floor: 0, cap: 1e4, maintenanceRate: 0.005, maxLeverage: 100 },
    { floor: 1e4, cap: 1e5, maintenanceRate: 0.0065, maintenanceAmount: 15, maxLeverage: 75 },
    { floor: 1e5, cap: 5e5, maintenanceRate: 0.01, maintenanceAmount: 365, maxLeverage: 50 },
    { floor: 5e5, cap: 1e6, maintenanceRate: 0.02, maintenanceAmount: 5_365, maxLeverage: 25 },
    { floor: 1e6, cap: 2e6, maintenanceRate: 0.05, maintenanceAmount: 35_365, maxLeverage: 10 },
    { floor: 2e6, cap: 5e6, maintenanceRate: 0.1, maintenanceAmount: 135_365, maxLeverage: 5 },
  ],
})

/** One rate for every size. */
export const flatTiers = (maintenanceRate: number) =>
  marginTiersOf({
    id: 'flat',
    source: 'test',
    tiers: [{ floor: 0, cap: 1e15, maintenanceRate, maxLeverage: Math.floor(0.999 / maintenanceRate) }],
  })
