import { expect, test } from 'vitest'
import { findFeeSchedule, listFeeSchedules } from './shipped-fee-schedules.ts'

test('every shipped schedule says where it is from, and no other is found', () => {
  expect(listFeeSchedules()).toEqual(['binance', 'coinbase', 'hyperliquid', 'kraken'])
  for (const name of listFeeSchedules()) {
    const file = findFeeSchedule(name) as { name: string; schedules: { source?: string; venue?: string }[] }
    expect(file.name).toBe(name)
    expect(file.schedules.length).toBeGreaterThan(0)
    for (const { source, venue } of file.schedules)
      expect([source, venue]).toEqual([expect.any(String), name.toUpperCase()])
  }
  expect(findFeeSchedule('nowhere')).toBeUndefined()
  expect(findFeeSchedule('../binance')).toBeUndefined()
})
