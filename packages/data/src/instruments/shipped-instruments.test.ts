import { existsSync } from 'node:fs'
import { instrumentOf, numberToSteps } from '@kestrel/core'
import { DuckDBInstance } from '@duckdb/node-api'
import { describe, expect, test } from 'vitest'
import { findShippedInstrument, listShippedInstruments } from './shipped-instruments.ts'

const OHLCV = new URL('../../../../../shared/data/ohlcv/', import.meta.url)

describe('shipped instruments', () => {
  test('every specification builds an instrument and names its source', () => {
    const specs = listShippedInstruments()
    expect(specs.length).toBeGreaterThan(60)
    expect(new Set(specs.map((spec) => spec.id)).size).toBe(specs.length)
    for (const spec of specs) {
      const instrument = instrumentOf(spec)
      expect(instrument.takerFeeRate).toBeGreaterThan(0)
      expect(instrument.takerFeeRate).toBeGreaterThanOrEqual(instrument.makerFeeRate)
      expect(spec.source).toMatch(/published standard tier$/)
    }
  })

  // Binance exchangeInfo in the ccxt 4.5.68 market fixtures: tickSize 0.01, stepSize 0.00001, minNotional 5.
  test('finds bitcoin on Binance spot and its perpetual', () => {
    expect(findShippedInstrument('BTC-USDT.BINANCE')).toMatchObject({
      tickSize: '0.01',
      lotSize: '0.00001',
      minNotional: '5',
      takerFeeRate: 0.001,
    })
    expect(findShippedInstrument('BTC-USDT-PERP.BINANCE')).toMatchObject({
      tickSize: '0.1',
      lotSize: '0.001',
      minNotional: '50',
      makerFeeRate: 0.0002,
      takerFeeRate: 0.0005,
    })
  })

  test('knows nothing of other venues or instruments', () => {
    expect(findShippedInstrument('BTC-USDT.NOWHERE')).toBeUndefined()
    expect(findShippedInstrument('NOSUCH-USDT.BINANCE')).toBeUndefined()
    expect(() => findShippedInstrument('btcusdt')).toThrow(expect.objectContaining({ code: 'CORE_INSTRUMENT_ID' }))
  })

  test.skipIf(!existsSync(OHLCV)).each(['BTC', 'ETH', 'SOL', 'BNB', 'XRP', 'DOGE', 'ADA', 'LINK', 'LTC', 'DOT'])(
    'the closes of %s of 2025 lie on the shipped tick (needs ../shared/data)',
    async (base) => {
      const spec = findShippedInstrument(`${base}-USDT-PERP.BINANCE`)
      expect(spec).toBeDefined()
      const { tick } = instrumentOf(spec as NonNullable<typeof spec>)
      const connection = await (await DuckDBInstance.create()).connect()
      const path = new URL(`binanceusdm_${base}USDT_1h_202301_202603.parquet`, OHLCV).pathname
      const reader = await connection.runAndReadAll(`SELECT close FROM '${path}' WHERE ts >= 1735689600000`)
      const closes = reader.getColumnsJS()[0] as number[]
      for (const close of closes) numberToSteps(close, tick, 'close')
      expect(closes.length).toBeGreaterThan(10_000)
    },
  )
})
