import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { instrumentOf } from '@kestrel/core'
import type { VenueFill } from '@kestrel/kernel'
import { expect, test } from 'vitest'
import type { SessionFolder } from './session-descriptor.ts'
import { SoldCoins } from './sold-coins.ts'

const SPOT = instrumentOf({ id: 'BTC-USDT.TEST', tickSize: '0.01', lotSize: '0.001', makerFeeRate: 0, takerFeeRate: 0 })
const BOOKS = { held: { [SPOT.id]: 1 }, open: [], fillIds: new Set<string>() }
const SALE: VenueFill = {
  fillId: 'x1',
  venueOrderId: '1',
  clientOrderId: undefined,
  instrument: SPOT,
  side: 'sell',
  lots: 1_000,
  price: 100,
  fee: undefined,
  liquidity: 'taker',
  tsEventMs: 0,
}

test('a damaged record that cannot be written anew stays, so that the next call does not sell everything again', async () => {
  const path = mkdtempSync(join(tmpdir(), 'kestrel-sold-'))
  try {
    const folder = { path } as SessionFolder
    writeFileSync(join(path, 'sold.json'), '{"BTC-')
    // Nothing can be written at the temporary name.
    mkdirSync(join(path, `sold.json.${process.pid}`))
    await expect(new SoldCoins(folder).leftOf(BOOKS, async () => [SALE])).rejects.toThrow()
    expect(readdirSync(path)).toContain('sold.json')
    rmSync(join(path, `sold.json.${process.pid}`), { recursive: true })
    const left = await new SoldCoins(folder).leftOf(BOOKS, async () => [SALE])
    expect(left.held[SPOT.id]).toBe(0)
  } finally {
    rmSync(path, { recursive: true, force: true })
  }
})
