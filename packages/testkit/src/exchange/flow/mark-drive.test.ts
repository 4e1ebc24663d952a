import { expect, test } from 'vitest'
import { ExchangeCore } from '../core/exchange-core.ts'
import { ManualExchangeClock } from './clock/exchange-clock.ts'
import { EXAMPLE_PERPETUAL } from './example-markets.ts'
import { keepTime } from './keep-time.ts'
import { startMarkDrive } from './mark-drive.ts'

const ID = 'linear:BTCUSDT'
const START_MS = Date.UTC(2024, 4, 1, 7, 59, 50)

function quoted() {
  const clock = new ManualExchangeClock(START_MS)
  const exchange = new ExchangeCore({ markets: [EXAMPLE_PERPETUAL], clock })
  keepTime(exchange, clock)
  const quote = (ticks: number): void => {
    exchange.setForeignLevels(ID, [
      { side: 'buy', priceTicks: ticks - 1, qtyLots: 10 },
      { side: 'sell', priceTicks: ticks + 1, qtyLots: 10 },
    ])
  }
  quote(600_000)
  return { clock, exchange, quote }
}

test('the mark is the index with a premium that follows the book slowly', () => {
  const { clock, exchange } = quoted()
  startMarkDrive(exchange, clock, ID, { indexPrice: () => 59_000, premiumHalfLifeMs: 10_000 })
  const premium = (): number => (exchange.prices(ID).markPrice ?? 0) / 59_000 - 1
  const full = 60_000 / 59_000 - 1
  expect(premium()).toBeLessThan(0.1 * full)
  // The first look is at the start, so ten seconds later there have been eleven.
  clock.advance(10_000)
  expect(premium() / full).toBeCloseTo(1 - 0.5 ** 1.1, 6)
  clock.advance(300_000)
  expect(premium() / full).toBeCloseTo(1, 6)
  expect(exchange.prices(ID).indexPrice).toBe(59_000)
})

test('funding is settled on its millisecond at the rate of that time', () => {
  const { clock, exchange } = quoted()
  const settled: { tsMs: number; fundingRate: number }[] = []
  exchange.on((event) => {
    if (event.type === 'funding') settled.push({ tsMs: event.tsMs, fundingRate: event.fundingRate })
  })
  startMarkDrive(exchange, clock, ID, { fundingRate: (tsMs) => (tsMs < Date.UTC(2024, 4, 1, 12) ? 0.0003 : -0.0001) })
  clock.advanceTo(Date.UTC(2024, 4, 1, 16))
  expect(settled).toEqual([
    { tsMs: Date.UTC(2024, 4, 1, 8), fundingRate: 0.0003 },
    { tsMs: Date.UTC(2024, 4, 1, 16), fundingRate: -0.0001 },
  ])
})

test('without an index the middle of the book is both', () => {
  const { clock, exchange, quote } = quoted()
  const drive = startMarkDrive(exchange, clock, ID)
  expect(exchange.prices(ID)).toMatchObject({ markPrice: 60_000, indexPrice: 60_000 })
  drive.stop()
  quote(700_000)
  clock.advance(5_000)
  expect(exchange.prices(ID)).toMatchObject({ markPrice: 60_000 })
})
