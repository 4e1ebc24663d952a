import { KestrelError } from '@kestrel/core'
import type { KeyRights, TradingGateway } from '@kestrel/kernel'

/** What was found about a key at its venue. */
export interface CheckedKey {
  readonly venue: string
  readonly accountId: string
  readonly rights: KeyRights
  readonly clockSkewMs: number
}

/** A key that may not be used. Exit code 4. */
class KeyRightsError extends KestrelError {
  override name = 'VenueError'
}

/**
 * Connects with a key and looks at its rights. A key that may withdraw is refused: whoever gets hold of it takes the money.
 *
 * @param name - of the key, for messages
 * @throws KeyRightsError `KEY_MAY_WITHDRAW`, `KEY_MAY_NOT_TRADE`; and what the gateway throws
 */
export async function checkKeyRights(name: string, gateway: TradingGateway): Promise<CheckedKey> {
  try {
    await gateway.connect()
    const rights = await gateway.keyRights()
    refuseRights(name, gateway.venue, rights)
    return { venue: gateway.venue, accountId: gateway.accountId, rights, clockSkewMs: gateway.clockSkewMs() }
  } finally {
    await gateway.close()
  }
}

/** @throws KeyRightsError as {@link checkKeyRights} */
function refuseRights(name: string, venue: string, rights: KeyRights): void {
  if (rights.canWithdraw === true) {
    throw new KeyRightsError({
      code: 'KEY_MAY_WITHDRAW',
      message: `The key ${name} may withdraw money from ${venue}. It is not used.`,
      hint: `Take the right to withdraw away at ${venue}, or make a key without it.`,
      meta: { name, venue },
    })
  }
  if (!rights.canTrade) {
    throw new KeyRightsError({
      code: 'KEY_MAY_NOT_TRADE',
      message: `The key ${name} may not trade at ${venue}. It is not used.`,
      hint: `Allow trading for it at ${venue}.`,
      meta: { name, venue },
    })
  }
}
