import { createRng } from '@kestrel/core'
import { expect, test } from 'vitest'
import { randomSchedule } from '../../src/index.ts'
import { QuietBybit, type RawStream } from './raw-bybit.ts'

/** The long suite plays many more. */
const SCHEDULES = process.env['KESTREL_VERIFY'] === '1' ? 1_000 : 15

const PATIENCE_MS = 60

/** A client without any sense: it asks, does not wait long, and asks again. */
async function play(bybit: QuietBybit, seed: number): Promise<void> {
  const rng = createRng(seed).stream('client')
  let stream: RawStream | undefined
  for (let step = 0; step < 12; step++) {
    const name = `order-${step}`
    const price = String(59_990 + Math.floor(rng.nextFloat() * 30))
    if (stream?.socket.readyState !== 1) stream = await bybit.watchAccount(PATIENCE_MS).catch(() => undefined)
    await bybit.buy(price, name, PATIENCE_MS).catch(() => undefined)
    const order = { category: 'linear', symbol: 'BTCUSDT' }
    if (rng.nextFloat() < 0.5)
      await bybit.ask('POST', '/v5/order/cancel', { ...order, orderLinkId: name }, PATIENCE_MS).catch(() => undefined)
    for (const [path, params] of [
      ['/v5/order/realtime', { category: 'linear', orderLinkId: name }],
      ['/v5/order/realtime', { category: 'linear', settleCoin: 'USDT' }],
      ['/v5/execution/list', { category: 'linear' }],
      ['/v5/position/list', { category: 'linear', settleCoin: 'USDT' }],
      ['/v5/account/wallet-balance', { accountType: 'UNIFIED' }],
      ['/v5/market/orderbook', order],
    ] as const)
      if (rng.nextFloat() < 0.4) await bybit.ask('GET', path, params, PATIENCE_MS).catch(() => undefined)
    bybit.clock.advance(20)
  }
  stream?.socket.terminate()
}

test(`whatever goes wrong, the engine stays whole: ${SCHEDULES} random schedules`, async () => {
  const struck = new Set<string>()
  for (let seed = 0; seed < SCHEDULES; seed++) {
    // Closing fails where a dialect or a fault threw.
    await using bybit = await QuietBybit.start()
    const player = bybit.venue.play(randomSchedule(seed, { count: 6 }))
    await play(bybit, seed)
    for (const { fault } of player?.struck ?? []) struck.add(fault.name)
    const { exchange } = bybit.venue
    for (const { asset, deposited, held } of exchange.audit())
      expect([seed, asset, held]).toEqual([seed, asset, deposited])
    const names = exchange.orders('demo', {}).map(({ clientOrderId }) => clientOrderId)
    expect([seed, new Set(names).size]).toEqual([seed, names.length])
  }
  expect(struck.size).toBeGreaterThan(15)
})
