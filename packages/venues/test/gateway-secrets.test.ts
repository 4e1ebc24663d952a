import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { failureOf } from './gateway-faults.ts'
import { KEYS, localSetup, localTrading } from './local-trading.ts'

test('a gateway shows no key to whoever looks at it', async () => {
  const { gateway } = await localTrading(localSetup('binance spot'))
  const shown = inspect(gateway, { depth: 12, showHidden: true }) + JSON.stringify(gateway)
  for (const secret of Object.values(KEYS)) expect(shown).not.toContain(secret)
})

test('keys that the venue does not know are refused for good, without showing them', async () => {
  const error = await failureOf(
    localTrading(localSetup('binance USD-M'), { keys: { ...KEYS, secret: 'planted-secret-that-is-wrong' } }),
  )
  expect(error).toMatchObject({ code: 'VENUE_KEYS', retry: 'never' })
})
