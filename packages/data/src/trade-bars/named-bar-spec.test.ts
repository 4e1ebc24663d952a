import { expect, test } from 'vitest'
import { namedBarSpec } from './named-bar-spec.ts'

test.each([
  ['tick:500', { kind: 'tick', trades: 500 }],
  ['volume:0.5', { kind: 'volume', size: 0.5 }],
  ['dollar:1e6', { kind: 'dollar', size: 1_000_000 }],
  ['imbalance:tick:200', { kind: 'imbalance', of: 'tick', expectedTrades: 200 }],
  ['run:dollar:90', { kind: 'run', of: 'dollar', expectedTrades: 90 }],
  ['1h', undefined],
  ['ticks', undefined],
])('%s', (name, spec) => expect(namedBarSpec(name)).toEqual(spec))

test.each([
  ['tick:'],
  ['tick:-5'],
  ['volume:0'],
  ['dollar:many'],
  ['imbalance:500'],
  ['run:price:5'],
  ['run:tick:0x10'],
])('refuses %s', (name) => expect(() => namedBarSpec(name)).toThrow(expect.objectContaining({ code: 'DATA_BAR_SPEC' })))
