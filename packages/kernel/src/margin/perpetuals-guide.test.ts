import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { bankruptcyPrice, settleLiquidation } from './bankruptcy.ts'
import { simpleBorrowInterest } from './borrow-interest.ts'
import { averageEntryPrice, contractFee, contractPnl, type ContractPosition } from './contract-value.ts'
import { fundingPayment } from './funding-payment.ts'
import { hedgedLiquidationPrice } from './hedged-liquidation.ts'
import { crossCollateral, liquidationPrice } from './liquidation-price.ts'
import { LIQUIDATION_RULES } from './liquidation-rule.ts'
import { BTC_TIERS, BTC_TIERS_2021, flatTiers } from './margin-tiers.fixture.ts'
import { leverageProblem, maintenanceMargin } from './margin-tiers.ts'

const { binance, bybit, okx } = LIQUIDATION_RULES
const hold = (contracts: number, entryPrice: number): ContractPosition => ({
  settlement: 'linear',
  contracts,
  contractSize: 1,
  entryPrice,
})
const isolated = (contracts: number, leverage: number, rule = bybit.isolated, fee = 0) =>
  liquidationPrice(hold(contracts, 10), 10 / leverage, flatTiers(0.01), rule, fee)
const cleared = settleLiquidation(hold(10, 100), 100, 91, 0.005, binance.isolated)
const bought = 1_000_000 - contractFee('linear', 10, 1, 46_377, 0.0005)

test.each([
  ['cash after buying 10 at 46,377 with 5 bp', bought, 3],
  [
    'cash after selling them at 46,448',
    bought + contractPnl('linear', 10, 1, 46_377, 46_448) - contractFee('linear', 10, 1, 46_448, 0.0005),
    3,
  ],
  ['profit of 300 inverse contracts of 100 USD from 60,000 to 66,000', contractPnl('inverse', 300, 100, 6e4, 66e3), 8],
  [
    'average entry of 100 inverse contracts at 50,000 and 100 at 60,000',
    averageEntryPrice('inverse', 100, 5e4, 100, 6e4),
    4,
  ],
  ['maintenance margin of 500,000 of BTC-USDT-PERP.BINANCE', maintenanceMargin(BTC_TIERS, 500_000, 5), 0],
  ['Bybit, long 10x at 10, rate 1 %', isolated(1, 10), 1],
  ['Bybit, short 10x at 10, rate 1 %', isolated(-1, 10), 1],
  ['OKX and Gate, long 5x at 10, rate 1 %, taker 6 bp', isolated(1, 5, okx.isolated, 0.0006), 6],
  ['OKX and Gate, short 5x at 10, rate 1 %, taker 6 bp', isolated(-1, 5, okx.isolated, 0.0006), 6],
  [
    'Binance cross, 109.488 BTC long at 32,481.98 beside an ETH position',
    liquidationPrice(
      hold(109.488, 32_481.98),
      crossCollateral(1_535_443.01, -448_192.89, 356_512.508),
      BTC_TIERS_2021,
      binance.cross,
      0,
    ),
    2,
  ],
  [
    'Binance hedge mode, 3 long at 40,000 and 1 short at 45,000, 20,000 in the wallet, rate 1 %',
    hedgedLiquidationPrice(hold(3, 4e4), hold(-1, 45e3), 2e4, 42e3, 'below', flatTiers(0.01), binance.cross, 0),
    4,
  ],
  ['bankruptcy of a 10x long at 100', bankruptcyPrice(hold(10, 100), 100), 0],
  ['clearance fee of that long (10 contracts) closed at 91, rate 0.5 %', cleared.liquidationFee, 2],
  ['what comes back to the trader', cleared.returned, 2],
  ['funding of 10 short at mark 2.5, rate 0.0002', fundingPayment('linear', -10, 1, 2.5, 0.0002), 3],
  [
    'funding of 30 inverse long of 100 USD at mark 60,000, rate 0.0001',
    fundingPayment('inverse', 30, 100, 6e4, 0.0001),
    6,
  ],
  ['interest on 10,000 for a day at 2 bp a day', simpleBorrowInterest(10_000, 0.0002, 24), 0],
])('the guide gives the number worked out here: %s', (what, value, decimals) => {
  const guide = readFileSync(join(import.meta.dirname, '../../../../docs/perpetuals.md'), 'utf8')
  const shown = value?.toLocaleString('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals })
  expect(guide).toContain(`| ${what} | ${shown} |`)
})

test('the guide shows the reason of a refused leverage', () => {
  const guide = readFileSync(join(import.meta.dirname, '../../../../docs/perpetuals.md'), 'utf8')
  expect(guide).toContain(leverageProblem(BTC_TIERS, 125, 400_000, 5))
})
