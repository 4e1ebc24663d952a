import { describe, expect, test } from 'vitest'
import { parseProtection, protectionOf, protectionText } from './protection-spec.ts'

test('fills in the defaults', () => {
  expect(parseProtection('cooldown')).toEqual({ kind: 'cooldown', after: 'trade', pause: '4h', scope: 'instrument' })
  expect(parseProtection('stop-guard')).toEqual({
    kind: 'stop-guard',
    stops: 3,
    within: '1d',
    pause: '12h',
    count: 'stop',
    scope: 'all',
  })
  expect(parseProtection('drawdown-pause')).toEqual({ kind: 'drawdown-pause', limit: 0.1, pause: '3d' })
})

test('reads names, numbers and windows from a line', () => {
  expect(parseProtection('stop-guard: stops=2, within=6h, count=loss')).toMatchObject({
    stops: 2,
    within: '6h',
    count: 'loss',
  })
  expect(parseProtection('drawdown-pause:limit=0.05,within=30d')).toMatchObject({ limit: 0.05, within: '30d' })
  expect(parseProtection('session-hours:windows=mon-fri@08:00-16:00+sun@20:00-24:00')).toEqual({
    kind: 'session-hours',
    windows: ['mon-fri@08:00-16:00', 'sun@20:00-24:00'],
  })
})

test.each([
  'cooldown:after=stop',
  'stop-guard:stops=2',
  'drawdown-pause:within=30d',
  'session-hours:windows=mon@08:00-16:00+sun@20:00-24:00',
])('%s is written as it is read', (text) =>
  expect(parseProtection(protectionText(parseProtection(text)))).toEqual(parseProtection(text)),
)

describe('refuses, saying why', () => {
  test.each([
    ['pause', 'There is no protection of the kind "pause"'],
    ['cooldwn:pause=1d', 'no protection of the kind "cooldwn"'],
    ['cooldown:after=win', 'after must be one of trade, loss, stop'],
    ['cooldown:pause=0', 'pause must be a whole number from 1 on and one of s, m, h, d, w, such as 4h'],
    ['cooldown:pause=0h', 'pause must be a whole number from 1 on'],
    ['cooldown:wait=4h', 'it takes no "wait"'],
    ['stop-guard:stops=1.5', 'stops must be a whole number'],
    ['stop-guard:stops=many', 'stops must be a number'],
    ['cooldown:after', 'has no "="'],
    ['stop-guard:stops=0', 'stops must be at least 1'],
    ['drawdown-pause:limit=5', 'limit must be below 1'],
    ['session-hours', 'windows must be a list'],
    ['session-hours:windows=9-17', 'not a window'],
  ])('%s', (text, part) => {
    expect(() => parseProtection(text)).toThrow(
      expect.objectContaining({ code: 'KERNEL_PROTECTION', message: expect.stringContaining(part) }),
    )
  })

  test('what is no object at all', () => {
    expect(() => protectionOf(undefined)).toThrow(expect.objectContaining({ code: 'KERNEL_PROTECTION' }))
  })
})
