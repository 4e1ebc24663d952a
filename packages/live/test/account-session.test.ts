import { expect, test } from 'vitest'
import { accountSession, accountTrades, amountText, SessionJournal, sessionRecords } from '../src/index.ts'
import { barActor } from './bar-actor.ts'
import { PERPETUAL, SPOT, World } from './session-world.ts'

const ROUND_TRIP = barActor(({ target, instrument }, bar) => {
  if (bar === 1) target(instrument, { quantity: 1 })
  if (bar === 2) target(instrument, { quantity: 0 })
})

async function accounted(world: World) {
  const session = await world.open()
  await world.minute(session, 100)
  await world.minute(session, 110)
  await world.minute(session, 110)
  await session.suspend()
  const journal = new SessionJournal(world.journal)
  const records = sessionRecords(journal, world.setup.config)
  if (records === undefined) throw new Error('no session')
  return accountSession(journal, world.setup.mode, world.setup.config.instruments, records)
}

test('fills of a live session are those of the venue, under its names, with its fees', async () => {
  using world = new World('live', PERPETUAL, ROUND_TRIP)
  const account = await accounted(world)
  const { fills } = world.gateway
  expect(account.fills.map(({ fillId, side, price, fee }) => [fillId, side, price, fee])).toEqual(
    fills.map(({ fillId, side, price, fee }) => [fillId, side, price, fee]),
  )
  const { totals, open } = accountTrades({ method: 'fifo', ...account })
  // 1 bought at 100 and sold at 110, 0.05 % of each taken.
  expect(totals.map(({ currency, gains, fees }) => [currency, amountText(gains), amountText(fees)])).toEqual([
    ['USDT', '9.895', '0.105'],
  ])
  expect(open).toEqual([])
})

test('a fee that is taken out of the coins is part of their purchase', async () => {
  using world = new World('live', SPOT, ROUND_TRIP)
  world.gateway.feeCoin = { currency: 'BTC', price: 100 }
  const { totals } = accountTrades({ method: 'fifo', ...(await accounted(world)) })
  // 0.999 coins arrive for 100 and are sold at 110 each.
  expect(totals.map(({ gains }) => amountText(gains))).toEqual(['9.89'])
})

test('fills of a paper session are those of the simulated venue', async () => {
  using world = new World('paper', PERPETUAL, ROUND_TRIP)
  const account = await accounted(world)
  expect(account.fills.map(({ fillId, side, price }) => [fillId, side, price])).toEqual([
    ['1', 'buy', expect.closeTo(110, 1)],
    ['2', 'sell', expect.closeTo(110, 1)],
  ])
  expect(accountTrades({ method: 'lifo', ...account }).gains).toHaveLength(1)
})
