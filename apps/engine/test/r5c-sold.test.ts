import { mkdirSync, mkdtempSync, rmSync, writeFileSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { instrumentOf } from '@kestrel/core'
import { SoldCoins } from '../src/session/sold-coins.ts'
const SPOT = instrumentOf({
  id: 'BTC-USDT.TEST',
  tickSize: '0.01',
  lotSize: '0.001',
  minNotional: '5',
  makerFeeRate: 0.001,
  takerFeeRate: 0.001,
})
const books = { held: { 'BTC-USDT.TEST': 1 }, open: [], fillIds: new Set<string>() }
test('a damaged record and a failed write: the next call still knows what was sold', async () => {
  const path = mkdtempSync(join(tmpdir(), 'r5c-'))
  writeFileSync(join(path, 'sold.json'), '{"BTC-')
  const fills = async () => [{ side: 'sell', fillId: 'x1', instrument: SPOT, lots: 1000 }] as never
  const first = new SoldCoins({ path } as never)
  // the disk is full: the temporary file cannot be written
  mkdirSync(join(path, `sold.json.${process.pid}`))
  const error = await first.leftOf(books, fills).then(
    (left) => left,
    (e: unknown) => e,
  )
  console.log('first', error instanceof Error ? error.message : JSON.stringify(error), readdirSync(path))
  rmSync(join(path, `sold.json.${process.pid}`), { recursive: true })
  const second = new SoldCoins({ path } as never)
  const left = await second.leftOf(books, fills)
  console.log('second', second.doubt, JSON.stringify(left.held))
  expect(left.held['BTC-USDT.TEST']).toBeLessThanOrEqual(0)
})
