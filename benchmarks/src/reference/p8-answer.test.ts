import { barsFromTrades, checksumWorkloadTrades, informationBars, workloadTrades } from '@kestrel/data'
import { expect, test } from 'vitest'
import { fingerprints } from './column-fingerprint.ts'
import { P8_ANSWERS, P8_BARS, P8_LOTS, p8Differences } from './p8-answer.ts'

const MILLION = 1_000_000

test('our bars of a million trades are those of four engines in Python', () => {
  const trades = workloadTrades(MILLION)
  expect(checksumWorkloadTrades(trades)).toBe(P8_ANSWERS[MILLION]?.trades)
  for (const bar of P8_BARS) {
    const time = bar === 'volume' ? undefined : barsFromTrades(trades, bar === '1s' ? 1_000 : 60_000)
    const made =
      time === undefined
        ? informationBars(trades, { kind: 'volume', size: P8_LOTS })
        : { ...time.bars, buyVolume: time.buyVolume, tradeCount: time.tradeCount }
    const { open, high, low, close, volume, buyVolume, tradeCount: count } = made
    const outcome = fingerprints({ open, high, low, close, volume, buyVolume, count })
    const cell = {
      engine: '',
      group: '',
      runtime: 'node',
      script: '',
      size: MILLION,
      runs: 1,
      args: ['--bar', bar],
    } as const
    expect(p8Differences(cell, outcome, 'f7d02859')).toEqual([])
    expect(p8Differences(cell, { ...outcome, low: outcome['high'] }, 'f7d02859')).toHaveLength(1)
  }
})
