import { defineStrategy, type StrategyDefinition } from '@kestrel/kernel'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { AccountRisk, type AccountLimits, type LiveSession, riskLimitsSchema, type RiskMemory } from '../src/index.ts'
import { barActor } from './bar-actor.ts'
import { PERPETUAL, World } from './session-world.ts'

/** Buys `size` at the second bar, and more at each later one where `adds` says so. */
const BUYER = defineStrategy({
  name: 'buyer',
  about: 'Buys.',
  params: z.object({}),
  start({ bars, instrument, submit }) {
    const series = bars(instrument, '1m')
    return {
      onBar() {
        if (series.length >= 11) submit({ instrument, side: 'buy', quantity: 10 })
      },
    }
  },
})

interface Guarded {
  readonly world: World
  readonly memory: () => RiskMemory | undefined
  open(): Promise<LiveSession>
}

function guarded(
  limits: z.input<typeof riskLimitsSchema>,
  kept?: RiskMemory,
  strategy: StrategyDefinition = BUYER,
): Guarded {
  const world = new World('live', PERPETUAL, strategy)
  let memory = kept
  const parsed: AccountLimits = riskLimitsSchema.parse(limits)
  const setup = { ...world.setup, config: { ...world.setup.config, margin: { leverage: 10, mode: 'cross' as const } } }
  return {
    world,
    memory: () => memory,
    open: async () => world.open(setup, new AccountRisk(parsed, memory, (next) => (memory = next))),
  }
}

const reasons = (session: LiveSession): string[] =>
  session.core
    .records()
    .orders()
    .filter(({ state }) => state === 'rejected')
    .map(({ reason }) => reason)

/** 10 coins at 100 are 1,000 of an equity of 50,000 each time. */
describe('limits on an order fire at the configured value and not before', () => {
  test.each([
    ['orderNotional', { orderNotional: { at: 999.99 } }, { orderNotional: { at: 1_000 } }, 'an order of 1000'],
    ['orderQuantity', { orderQuantity: { at: 9.999 } }, { orderQuantity: { at: 10 } }, 'an order of 10'],
    [
      'grossExposure',
      { grossExposure: { at: 0.019999 } },
      { grossExposure: { at: 0.02 } },
      'gross exposure would be 2 %',
    ],
    ['netExposure', { netExposure: { at: 0.019999 } }, { netExposure: { at: 0.02 } }, 'net exposure would be 2 %'],
    [
      'instrumentExposure',
      { instrumentExposure: { at: 0.019999 } },
      { instrumentExposure: { at: 0.02 } },
      'exposure in',
    ],
    ['venueExposure', { venueExposure: { at: 0.019999 } }, { venueExposure: { at: 0.02 } }, 'exposure at TEST'],
  ])('%s', async (_, below, at, message) => {
    for (const [limits, passes] of [
      [below, false],
      [at, true],
    ] as const) {
      const { world, open } = guarded(limits)
      using _world = world
      const session = await open()
      await world.minute(session, 100)
      expect(world.gateway.received.length).toBe(passes ? 1 : 0)
      if (!passes) expect(reasons(session)[0]).toContain(`risk: ${message}`)
      await session.stop()
    }
  })

  test('ordersPerMinute', async () => {
    const four = barActor(({ submit, instrument }) => {
      for (let i = 0; i < 4; i++) submit({ instrument, side: 'buy', quantity: 10 })
    })
    const { world, open } = guarded({ ordersPerMinute: { at: 2 } }, undefined, four)
    using _world = world
    const session = await open()
    await world.minute(session, 100)
    expect(world.gateway.received).toHaveLength(2)
    expect(reasons(session)).toEqual(['risk: 2 orders in a minute', 'risk: 2 orders in a minute'])
    await session.stop()
  })
})

/** Places two limit orders at the first bar, and calls them what the session calls its own. */
const RESTING = defineStrategy({
  name: 'resting',
  about: 'Rests two orders.',
  params: z.object({}),
  start({ bars, instrument, submit }) {
    const series = bars(instrument, '1m')
    return {
      onBar() {
        if (series.length !== 11) return
        for (let i = 0; i < 2; i++) {
          submit({ instrument, side: 'buy', quantity: 10, type: 'limit', limitPrice: 90, tag: 'flatten' })
        }
      },
    }
  },
})

test('orders that rest count as filled, and no tag opens a way around a limit', async () => {
  const { world, open } = guarded({ grossExposure: { at: 0.03 } }, undefined, RESTING)
  using _world = world
  const session = await open()
  await world.minute(session, 100)
  expect(world.gateway.received).toHaveLength(1)
  expect(reasons(session)).toEqual([expect.stringContaining('risk: gross exposure would be 4 %')])
  session.command('pause', 'test')
  await session.stop()
})

describe('limits on the account', () => {
  test('drawdown fires to the cent, closes everything, and stays over a restart until it is reset', async () => {
    // 10 coins bought at 100 with a fee of 0.5: at 90 the equity is 49,899.5, at 89.95 it is 49,899.
    const at = 101 / 50_000
    const { world, open, memory } = guarded({ drawdown: { at } })
    using _world = world
    const session = await open()
    session.tick()
    await world.minute(session, 100)
    expect(world.gateway.lots[PERPETUAL.id]).toBe(10_000)
    session.command('pause', 'hold')
    await world.minute(session, 90)
    session.tick()
    expect(memory()?.status).toBe('active')
    await world.minute(session, 89.95)
    session.tick()
    expect(memory()).toMatchObject({ status: 'halted' })
    await world.minute(session, 89.95)
    await session.settled()
    expect(world.gateway.lots[PERPETUAL.id]).toBe(0)
    await session.suspend()
    world.crash()
    const again = await open()
    again.command('resume', 'the strategy wants on')
    await world.minute(again, 100)
    expect(reasons(again).at(-1)).toContain('risk: halted: drawdown of')
    await again.stop()
  })

  test('daily loss is counted from the start of the day', async () => {
    const { world, open, memory } = guarded({ dailyLoss: { at: 0.001, action: 'reduce' } })
    using _world = world
    const session = await open()
    session.tick()
    await world.minute(session, 100)
    await world.minute(session, 93)
    session.tick()
    expect(memory()).toMatchObject({ status: 'reducing' })
    await world.minute(session, 93)
    expect(reasons(session).at(-1)).toContain('risk: only smaller positions: loss of')
    await session.stop()
  })

  test('orders turned down in a row', async () => {
    const { world, open, memory } = guarded({ consecutiveRejects: { at: 2 } })
    using _world = world
    const session = await open()
    world.gateway.faults.push({ of: 'create', how: 'refused' }, { of: 'create', how: 'refused' })
    await world.minute(session, 100)
    session.tick()
    expect(memory()?.status).toBe('active')
    await world.minute(session, 100)
    session.tick()
    expect(memory()).toMatchObject({ status: 'reducing', reason: '2 orders were turned down in a row' })
    await session.stop()
  })
})
