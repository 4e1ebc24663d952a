import { describe, expect, test } from 'vitest'
import { checksumWorkloadBars, checksumWorkloadFeed, checksumWorkloadTrades } from './workload-checksum.ts'
import { workloadFeed } from './workload-feed.ts'
import { workloadBars, workloadBasket, workloadTrades } from './workload.ts'
import { WORKLOAD_SEED } from './xorshift32.ts'

const VERIFY = process.env['KESTREL_VERIFY'] !== undefined

// Checksums from the workload definition, reproduced by generators in other languages.
describe('benchmark workload', () => {
  test.each([
    [1_000, '5459e440'],
    [100_000, 'e10376c4'],
    [200_000, 'c8f1a67d'],
    [1_000_000, 'e2e0a2f5'],
  ])('%s bars have the published checksum', (n, checksum) => {
    expect(checksumWorkloadBars(workloadBars(n))).toBe(checksum)
  })

  test.runIf(VERIFY)('10,000,000 bars have the published checksum', () => {
    expect(checksumWorkloadBars(workloadBars(10_000_000))).toBe('072dd723')
  })

  test('basket assets have the published checksums', () => {
    expect(checksumWorkloadBars(workloadBars(100_000, WORKLOAD_SEED + 99))).toBe('bd2a0d50')
    expect(workloadBasket(3, 1_000).map(checksumWorkloadBars)[0]).toBe('5459e440')
  })

  test('1,000 trades have the published checksum', () => {
    expect(checksumWorkloadTrades(workloadTrades(1_000))).toBe('3b48fc18')
  })

  test.runIf(VERIFY)('20,000,000 trades have the published checksum', () => {
    expect(checksumWorkloadTrades(workloadTrades(20_000_000))).toBe('a24d32f9')
  })

  test('210,000 book events have the published checksum', () => {
    expect(checksumWorkloadFeed(workloadFeed(210_000))).toBe('a8c17f1c')
  })

  test.runIf(VERIFY)('21,000,000 book events have the published checksum', () => {
    expect(checksumWorkloadFeed(workloadFeed(21_000_000))).toBe('d52c477a')
  })

  test('bars open at the close before, on whole minutes, and close where the next opens', () => {
    const bars = workloadBars(500)
    for (let i = 1; i < 500; i++) {
      expect(bars.open[i]).toBe(bars.close[i - 1])
      expect(bars.openTimeMs[i]).toBe(bars.closeTimeMs[i - 1])
    }
    expect((bars.openTimeMs[0] as number) % 60_000).toBe(0)
  })
})
