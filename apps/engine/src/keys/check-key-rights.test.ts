import type { KeyRights, TradingGateway } from '@kestrel/kernel'
import { expect, test } from 'vitest'
import { checkKeyRights } from './check-key-rights.ts'

/** The part of a gateway that is asked. */
function gatewayWith(rights: KeyRights, calls: string[]): TradingGateway {
  const gateway: Partial<TradingGateway> = {
    venue: 'BINANCE',
    accountId: 'a1b2c3',
    clockSkewMs: () => 12,
    connect: async () => void calls.push('connect'),
    keyRights: async () => rights,
    close: async () => void calls.push('close'),
  }
  return gateway as TradingGateway
}

test('a key that may trade and not withdraw is fine', async () => {
  const calls: string[] = []
  const rights = { canTrade: true, canWithdraw: false }
  expect(await checkKeyRights('main', gatewayWith(rights, calls))).toEqual({
    venue: 'BINANCE',
    accountId: 'a1b2c3',
    rights,
    clockSkewMs: 12,
  })
  expect(calls).toEqual(['connect', 'close'])
})

test.each([
  [{ canTrade: true, canWithdraw: true }, 'KEY_MAY_WITHDRAW'],
  [{ canTrade: false, canWithdraw: true }, 'KEY_MAY_WITHDRAW'],
  [{ canTrade: false, canWithdraw: false }, 'KEY_MAY_NOT_TRADE'],
] as const)('rights %o are refused, and the connection is closed', async (rights, code) => {
  const calls: string[] = []
  await expect(checkKeyRights('main', gatewayWith(rights, calls))).rejects.toMatchObject({ name: 'VenueError', code })
  expect(calls).toEqual(['connect', 'close'])
})
