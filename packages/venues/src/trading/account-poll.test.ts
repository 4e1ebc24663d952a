import { instrumentOf } from '@kestrel/core'
import type { AccountStreamHandlers, VenueFill, VenueOrder, VenuePosition } from '@kestrel/kernel'
import { expect, test } from 'vitest'
import { AccountPoll } from './account-poll.ts'

const instrument = instrumentOf({
  id: 'BTC-USDT-PERP.BINANCE',
  tickSize: '0.1',
  lotSize: '0.001',
  makerFeeRate: 0,
  takerFeeRate: 0,
})
const NOW_MS = 1_700_000_000_000

function order(changes: Partial<VenueOrder>): VenueOrder {
  return {
    venueOrderId: '1',
    clientOrderId: 'k1',
    instrument,
    side: 'buy',
    type: 'limit',
    state: 'open',
    quantityLots: 5,
    filledLots: 0,
    averagePrice: undefined,
    limitTicks: 1,
    triggerTicks: undefined,
    reduceOnly: false,
    isTriggered: false,
    reason: '',
    tsEventMs: NOW_MS,
    ...changes,
  }
}

const fill: VenueFill = {
  fillId: '7',
  venueOrderId: '1',
  clientOrderId: 'k1',
  instrument,
  side: 'buy',
  lots: 5,
  price: 60_000,
  fee: undefined,
  liquidity: 'maker',
  tsEventMs: NOW_MS + 600_000,
}
const position: VenuePosition = {
  instrument,
  side: 'net',
  signedLots: 5,
  entryPrice: 60_000,
  markPrice: undefined,
  liquidationPrice: undefined,
  leverage: undefined,
  marginMode: 'cross',
}

/** An account that tells what is set, and what was told of it. */
function watched() {
  const account = {
    open: [] as VenueOrder[],
    found: undefined as VenueOrder | undefined,
    fills: [] as VenueFill[],
    positions: [] as VenuePosition[],
  }
  const told = {
    orders: [] as VenueOrder[],
    fills: [] as VenueFill[],
    positions: [] as VenuePosition[],
    asked: [] as unknown[],
  }
  const handlers: AccountStreamHandlers = {
    onOrder: (each) => told.orders.push(each),
    onFill: (each) => told.fills.push(each),
    onBalance: () => undefined,
    onPosition: (each) => told.positions.push(...each),
    onGap: () => undefined,
    onStatus: () => undefined,
  }
  const poll = new AccountPoll(
    {
      openOrders: async () => Promise.resolve(account.open),
      findOrder: async (reference) => Promise.resolve(reference.clientOrderId === 'k1' ? account.found : undefined),
      fillsSince: async (timeMs) => {
        told.asked.push(timeMs)
        return Promise.resolve(account.fills)
      },
      balances: async () => Promise.resolve([]),
      positions: async () => Promise.resolve(account.positions),
    },
    handlers,
    NOW_MS,
  )
  return { account, told, look: async (isWanted = () => true) => poll.look([instrument], isWanted), poll }
}

test('an order that is not listed any more is looked up, and its end told once', async () => {
  const { account, told, look, poll } = watched()
  poll.noteOrder(order({}))
  account.found = order({ state: 'filled', filledLots: 5 })
  await look()
  expect(told.orders).toMatchObject([{ state: 'filled' }])
  await look()
  expect(told.orders).toHaveLength(1)
})

test('an order that the venue does not know is asked for again, and nothing is invented', async () => {
  const { account, told, look, poll } = watched()
  poll.noteOrder(order({}))
  await look()
  expect(told.orders).toEqual([])
  account.found = order({ state: 'cancelled' })
  await look()
  expect(told.orders).toMatchObject([{ state: 'cancelled' }])
})

test('fills are asked for from a minute before the last one', async () => {
  const { account, told, look } = watched()
  account.fills = [fill]
  await look()
  await look()
  expect(told.asked).toEqual([NOW_MS - 60_000, NOW_MS + 540_000])
  expect(told.fills).toHaveLength(2)
})

test('a position that is gone is told as flat, once', async () => {
  const { account, told, look } = watched()
  account.positions = [position]
  await look()
  account.positions = []
  await look()
  await look()
  expect(told.positions.map(({ signedLots }) => signedLots)).toEqual([5, 0])
})

test('nobody is told anything once nobody listens', async () => {
  const { account, told, look } = watched()
  account.open = [order({})]
  await look(() => false)
  expect(told).toEqual({ orders: [], fills: [], positions: [], asked: [] })
})
