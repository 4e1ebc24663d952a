import { instrumentOf } from '@kestrel/core'
import { describe, expect, test } from 'vitest'
import type { SessionSetup } from '../src/index.ts'
import { barActor } from './bar-actor.ts'
import { PERPETUAL, SPOT, World } from './session-world.ts'

const costs = { tickSize: '0.01', lotSize: '0.001', minNotional: '5', makerFeeRate: 0.001, takerFeeRate: 0.001 }
const COIN_SPOT = instrumentOf({ id: 'BNB-USDT.TEST', ...costs })
const COIN_PERPETUAL = instrumentOf({ id: 'BNB-USDT-PERP.TEST', ...costs })

/** Buys at the first bar and sells at the third. */
const ROUND = barActor(({ submit, instrument }, bar) => {
  if (bar === 1 || bar === 3) submit({ instrument, side: bar === 1 ? 'buy' : 'sell', quantity: 100 })
})

/**
 * A session that pays its fees in a coin worth 250: 100 at 100 and a fee of 0.1 % are 0.04 of it. The account has 10 coins.
 */
function paying(instrument: typeof SPOT, also: typeof SPOT | undefined, cash: Record<string, number>) {
  const world = new World('live', instrument, ROUND)
  const setup: SessionSetup = {
    ...world.setup,
    reconcileMs: 10,
    // The market of the coin stands still.
    barGraceMs: 0,
    config: {
      ...world.setup.config,
      instruments: also === undefined ? [instrument] : [instrument, also],
      cash: { USDT: 50_000, ...cash },
      reportingCurrency: 'USDT',
    },
  }
  world.gateway.balance['BNB'] = 10
  world.gateway.feeCoin = { currency: 'BNB', price: 250 }
  return { world, setup }
}

/** Long enough for the account to be looked at several times. */
const looks = async (): Promise<unknown> => new Promise((resolve) => setTimeout(resolve, 80))

const differences = (world: World) =>
  world.events.flatMap((event) => (event.kind === 'differences' ? event.differences : []))

describe.each([
  ['of which it has cash, and a spot market to price it', SPOT, COIN_SPOT, { BNB: 2 }, 9.92],
  ['of which it has cash, and a perpetual to price it', SPOT, COIN_PERPETUAL, { BNB: 2 }, 9.92],
  ['that it trades and has no cash of', SPOT, COIN_SPOT, {}, 9.92],
  ['that it has nothing to do with', SPOT, undefined, {}, 9.92],
  ['of a perpetual, of which it has cash', PERPETUAL, COIN_SPOT, { BNB: 2 }, 9.96],
] as const)('a session that pays fees in a coin %s', (_, instrument, also, cash, left) => {
  test('agrees with its account, while it runs and when it comes back', async () => {
    const { world, setup } = paying(instrument, also, cash)
    using _world = world
    const session = await world.open(setup)
    for (let minute = 0; minute < 4; minute++) await world.minute(session, 100)
    expect(world.gateway.balance['BNB']).toBeCloseTo(left, 9)
    await looks()
    expect([session.core.mode, differences(world)]).toEqual(['active', []])
    await session.suspend()
    world.crash()
    const again = await world.open(setup)
    expect(differences(world)).toEqual([])
    await again.stop()
  })
})

describe('a balance of the coin that is not what the fees explain', () => {
  test.each([
    ['with cash of it', COIN_SPOT, { BNB: 2 }],
    ['with cash of it and no spot market', COIN_PERPETUAL, { BNB: 2 }],
    ['where it is traded', COIN_SPOT, {}],
  ])('stops the session %s', async (_, also, cash) => {
    const { world, setup } = paying(SPOT, also, cash)
    using _world = world
    const session = await world.open(setup)
    await world.minute(session, 100)
    world.gateway.balance['BNB'] = (world.gateway.balance['BNB'] ?? 0) - 0.04
    await expect.poll(() => session.core.mode).toBe('paused')
    expect(differences(world)).toMatchObject([{ kind: 'balance', what: 'BNB', ours: '9.96', theirs: '9.92' }])
    await session.stop()
  })

  test('keeps a session from starting that is to have more of it', async () => {
    const { world, setup } = paying(SPOT, COIN_PERPETUAL, { BNB: 11 })
    using _world = world
    await expect(world.open(setup)).rejects.toThrow(/BNB .*11 for the session .*10 .*refused/)
  })
})

test('a fee in a coin is worth its price in what the instrument settles in', async () => {
  const [market, money] = ['BTC-USDC.TEST', 'USDC-USDT.TEST'].map((id) => instrumentOf({ id, ...costs }))
  if (market === undefined || money === undefined) throw new Error('no instrument')
  const { world, setup } = paying(market, COIN_SPOT, { BNB: 2, USDC: 20_000 })
  using _world = world
  world.gateway.balance['USDC'] = 20_000
  const { config } = setup
  const session = await world.open({ ...setup, config: { ...config, instruments: [...config.instruments, money] } })
  await world.minute(session, 100)
  const [fill] = session.core.records().fills()
  expect([fill?.fee, fill?.feeCurrency]).toEqual([expect.closeTo(0.04, 12), 'BNB'])
  // In the books' markets, which stand still, the coin and the money that the instrument settles in are both at 100.
  expect(session.core.kernel.ledger.fees[0]).toBeCloseTo(0.04, 12)
  await session.stop()
})
