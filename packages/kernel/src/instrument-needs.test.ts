import { instrumentOf } from '@kestrel/core'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { requireInstruments, requirePositionMode } from './instrument-needs.ts'
import { defineStrategy } from './strategy.ts'

const of = (id: string) => instrumentOf({ id, tickSize: '0.01', lotSize: '0.01', makerFeeRate: 0, takerFeeRate: 0 })
const SPOT = of('BTC-USDT.TEST')
const PERP = of('BTC-USDT-PERP.TEST')
const OTHER = of('ETH-USDT-PERP.TEST')

const needing = (...needs: ('spot' | 'perpetual')[]) =>
  defineStrategy({ name: 'pair', about: 'Holds two legs.', params: z.object({}), needs, start: () => ({}) })

test('passes a run that has at least what is needed', () => {
  requireInstruments(needing(), [SPOT])
  requireInstruments(needing('spot', 'perpetual'), [PERP, SPOT, OTHER])
  requireInstruments(needing('perpetual', 'perpetual'), [PERP, OTHER])
})

test('names the kind that is missing and what there is instead', () => {
  expect(() => requireInstruments(needing('spot', 'perpetual'), [SPOT])).toThrow(
    expect.objectContaining({
      code: 'KERNEL_NEEDS',
      message: 'Strategy pair needs 1 perpetual, but the run has none. Nothing was run.',
    }),
  )
  expect(() => requireInstruments(needing('perpetual', 'perpetual'), [SPOT, PERP])).toThrow(
    'needs 2 perpetuals, but the run has BTC-USDT-PERP.TEST.',
  )
})

test('a strategy of one position is refused in hedge mode, and only where it says so', () => {
  const plain = needing('perpetual')
  const oneWay = { ...plain, positionModes: ['one-way'] as const }
  for (const mode of ['one-way', 'hedge', undefined] as const) requirePositionMode(plain, mode)
  for (const mode of ['one-way', undefined] as const) requirePositionMode(oneWay, mode)
  expect(() => requirePositionMode(oneWay, 'hedge')).toThrow(
    expect.objectContaining({
      code: 'KERNEL_POSITION_MODE',
      message: expect.stringContaining('in one-way mode, but the run is in hedge mode. Nothing was run.'),
    }),
  )
})
