import type { MarketSpec } from '../core/market-spec.ts'

/** Bitcoin on spot with the venue's steps and fees, for rehearsals and tests. */
export const EXAMPLE_SPOT: MarketSpec = {
  kind: 'spot',
  symbol: 'BTCUSDT',
  base: 'BTC',
  quote: 'USDT',
  tickSize: '0.01',
  lotSize: '0.00001',
  maxQuantity: '9000',
  maxMarketQuantity: '160',
  minNotional: '5',
  priceBand: { up: 2, down: 0.5 },
  makerFeeRate: 0.001,
  takerFeeRate: 0.001,
}

/** The bitcoin perpetual with the venue's steps, fees and first margin steps. */
export const EXAMPLE_PERPETUAL: MarketSpec = {
  kind: 'linear',
  symbol: 'BTCUSDT',
  base: 'BTC',
  quote: 'USDT',
  tickSize: '0.10',
  lotSize: '0.001',
  maxQuantity: '1000',
  maxMarketQuantity: '120',
  minNotional: '50',
  priceBand: { up: 1.05, down: 0.95 },
  makerFeeRate: 0.0002,
  takerFeeRate: 0.0005,
  marginSteps: [
    { floor: 0, cap: 300_000, maintenanceRate: 0.004, maintenanceAmount: 0, maxLeverage: 150 },
    { floor: 300_000, cap: 800_000, maintenanceRate: 0.005, maintenanceAmount: 300, maxLeverage: 100 },
    { floor: 800_000, cap: 3_000_000, maintenanceRate: 0.0065, maintenanceAmount: 1_500, maxLeverage: 75 },
    { floor: 3_000_000, cap: 12_000_000, maintenanceRate: 0.01, maintenanceAmount: 12_000, maxLeverage: 50 },
    { floor: 12_000_000, cap: 70_000_000, maintenanceRate: 0.02, maintenanceAmount: 132_000, maxLeverage: 25 },
  ],
  liquidationFeeRate: 0.0125,
}
