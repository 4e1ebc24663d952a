import { UsageError } from '@kestrel/core'
import { ccxtTradingGateway, TRADING_VENUES, type TradingVenue } from '@kestrel/venues'
import type { CommandContext } from '../cli/command-context.ts'
import type { CommandResult } from '../cli/command-result.ts'
import type { KeysTestFlags } from '../commands/keys.ts'
import { checkKeyRights } from '../keys/check-key-rights.ts'
import { fingerprintOf } from '../keys/key-entry.ts'
import { findKey } from '../keys/key-ring.ts'

/** Connects with a key and looks at its rights; refuses one that may withdraw. */
export async function testKey(
  context: CommandContext,
  [name = '']: readonly string[],
  { product, sandbox }: KeysTestFlags,
): Promise<CommandResult> {
  const entry = await findKey(context, name)
  if (entry.kind === 'secret') throw noExchange(name, 'is one secret and no key of an exchange')
  const { venue, apiKey, secret, password } = entry
  if (!isTradingVenue(venue)) throw noExchange(name, `is for ${venue}; there are ${TRADING_VENUES.join(', ')}`)
  const gateway = ccxtTradingGateway({
    venue,
    keys: { apiKey, secret, password },
    products: product === undefined ? undefined : [product],
    sandbox,
    baseUrl: context.settings.venues?.[venue]?.baseUrl,
  })
  const { accountId, rights, clockSkewMs } = await checkKeyRights(name, gateway)
  const isSure = rights.canWithdraw === false
  if (!isSure)
    context.note(
      `${venue} does not say whether this key may withdraw money. Look at its permissions there and see that withdrawing is off.`,
    )
  const document = { name, venue, fingerprint: fingerprintOf(entry), accountId, ...rights, clockSkewMs }
  const text = `${name} works at ${venue}: it may trade${isSure ? ' and may not withdraw' : ''}. Clock difference ${clockSkewMs} ms.`
  return { document, text }
}

function isTradingVenue(venue: string): venue is TradingVenue {
  return (TRADING_VENUES as readonly string[]).includes(venue)
}

function noExchange(name: string, why: string): UsageError {
  return new UsageError({ code: 'KEYS_VENUE', message: `The key ${name} ${why}.`, meta: { name } })
}
