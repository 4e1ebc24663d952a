import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

test('a short soak trades, and says what the heap holds', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [
    join(import.meta.dirname, 'soak.ts'),
    '--minutes',
    '0.1',
  ])
  const [, fills = '0'] = /^minute 1: heap [\d.]+ MB, columns [\d.]+ MB, (\d+) fills, running$/m.exec(stdout) ?? []
  expect(Number(fills)).toBeGreaterThan(0)
}, 60_000)
