import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { ExchangeFlags } from '../commands/exchange.ts'
import { readExchangeFlags } from './exchange-options.ts'

const read = (flags: ExchangeFlags, cwd = '.'): ReturnType<typeof readExchangeFlags> => readExchangeFlags(flags, 7, cwd)

test('without flags: every venue, bitcoin on spot and as a perpetual, free ports, real time, no faults', () => {
  const { venues, markets, port, speed, faults } = read({})
  expect({ venues, port, speed, faults }).toEqual({
    venues: ['binance', 'binanceusdm', 'bybit'],
    port: 0,
    speed: 1,
    faults: undefined,
  })
  expect(markets.map(({ spec, startPrice }) => [spec.kind, spec.symbol, startPrice])).toEqual([
    ['spot', 'BTCUSDT', 60_000],
    ['linear', 'BTCUSDT', 60_000],
  ])
})

test("a market of one's own has steps that fit its price", () => {
  const [spot, linear] = read({ market: ['DOGEUSDT:0.1234'] }).markets.map(({ spec }) => spec)
  expect(spot).toMatchObject({ base: 'DOGE', quote: 'USDT', tickSize: '0.000001', lotSize: '1' })
  expect(linear?.marginSteps?.[0]?.maxLeverage).toBe(150)
})

test('faults: a preset drawn from the seed, or a file beside the working folder', () => {
  expect(read({ faults: 'harsh' }).faults).toMatchObject({ seed: 7 })
  expect(read({ faults: 'harsh' }).faults?.faults).toHaveLength(60)
  const folder = mkdtempSync(join(tmpdir(), 'kestrel-faults-'))
  const schedule = { faults: [{ name: 'reset-after', on: 'cancel', nth: 3 }] }
  writeFileSync(join(folder, 'mine.json'), JSON.stringify(schedule))
  expect(read({ faults: 'mine.json' }, folder).faults).toEqual(schedule)
})

test.each<[string, ExchangeFlags, string]>([
  ['an unknown venue', { venue: ['mtgox'] }, 'EXCHANGE_VENUE'],
  ['a market without a price', { market: ['ETHUSDT'] }, 'EXCHANGE_MARKET'],
  ['a market twice', { market: ['BTCUSDT', 'BTCUSDT:5'] }, 'EXCHANGE_MARKET'],
  ['a market that is none', { market: ['BTCUSDT:1:2'] }, 'EXCHANGE_MARKET'],
  ['a symbol in no known currency', { market: ['FOOBAR:3'] }, 'TESTKIT_SYMBOL'],
  ['a price below 0', { market: ['ETHUSDT:-3'] }, 'EXCHANGE_MARKET'],
  ['a price below 0 of the default market', { market: ['BTCUSDT:-1'] }, 'EXCHANGE_MARKET'],
  ['a speed that leaves no time for its end', { speed: '1e9' }, 'CLI_NUMBER'],
  ['a price that is none', { market: ['ETHUSDT:x'] }, 'CLI_NUMBER'],
  ['a missing file', { faults: 'nowhere.json' }, 'EXCHANGE_FAULTS'],
  ['a port that leaves none for the rest', { port: '65534' }, 'CLI_NUMBER'],
  ['a speed that is none', { speed: 'fast' }, 'CLI_NUMBER'],
])('refuses %s', (_, flags, code) => {
  expect(() => read(flags)).toThrow(expect.objectContaining({ code }))
})
