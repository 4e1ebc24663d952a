import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { appendTrial, readTrials, type Trial, trialsOnSameData } from './trial-ledger.ts'

const TRIAL: Trial = {
  tsMs: 0,
  runId: 'r',
  strategy: 's',
  codeHash: 'c',
  configHash: 'p1',
  dataHash: 'd',
  instruments: ['A-B.X', 'C-B.X'],
  timeframe: '1h',
  fromMs: 0,
  toMs: 100,
  sharpePerPeriod: 0.1,
}

test('counts different trials on overlapping windows of the same market', () => {
  const earlier = [
    TRIAL,
    { ...TRIAL, runId: 'again' },
    { ...TRIAL, configHash: 'p2', sharpePerPeriod: 0.3, instruments: ['C-B.X', 'A-B.X'] },
    { ...TRIAL, configHash: 'p3', fromMs: 50, toMs: 150, sharpePerPeriod: null },
    { ...TRIAL, configHash: 'other window', fromMs: 100, toMs: 200 },
    { ...TRIAL, configHash: 'other timeframe', timeframe: '1d' },
    { ...TRIAL, configHash: 'other market', instruments: ['A-B.X'] },
  ]
  // Sample variance of 0.1 and 0.3 is 0.02.
  const { count, sharpeVariance } = trialsOnSameData(earlier, TRIAL)
  expect(count).toBe(3)
  expect(sharpeVariance).toBeCloseTo(0.02, 12)
})

test('the first trial stands alone', () => {
  expect(trialsOnSameData([], TRIAL)).toEqual({ count: 1, sharpeVariance: 0 })
})

test('lines that cannot be read are passed over and kept', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kestrel-trials-'))
  try {
    expect(await readTrials(join(folder, 'none'))).toEqual([])
    writeFileSync(join(folder, 'trials.ndjson'), '{ half a line\n{"tsMs":1}\n')
    await appendTrial(folder, TRIAL)
    expect(await readTrials(folder)).toEqual([TRIAL])
    expect(readFileSync(join(folder, 'trials.ndjson'), 'utf8')).toContain('half a line')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
