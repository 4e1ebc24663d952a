import { UsageError } from '@kestrel/core'
import type { TradingGateway } from '@kestrel/kernel'
import { ccxtTradingGateway, TRADING_VENUES, type TradingVenue } from '@kestrel/venues'
import type { CommandContext } from '../cli/command-context.ts'
import { findKey } from '../keys/key-ring.ts'
import type { SessionVenue } from './describe-session.ts'

/**
 * The account that a key opens, connected.
 *
 * @throws UsageError `SESSION_KEY` for no key, or one of another venue.
 */
export async function sessionGateway(
  context: CommandContext,
  { venue, product }: SessionVenue,
  key: string | undefined,
  more: { readonly sandbox?: boolean; readonly margin?: 'isolated' | 'cross' | undefined } = {},
): Promise<TradingGateway> {
  if (key === undefined)
    throw noKey('A live session needs a key.', 'Add one with kestrel keys add, and name it: --key NAME')
  const entry = await findKey(context, key)
  if (entry.kind === 'secret' || entry.venue !== venue) {
    throw noKey(`The key ${key} opens no account at ${venue}.`, `List keys with kestrel keys list.`)
  }
  if (!(TRADING_VENUES as readonly string[]).includes(venue)) {
    throw noKey(`Live trading at ${venue} is not supported.`, `There are ${TRADING_VENUES.join(', ')}.`)
  }
  const { apiKey, secret, password } = entry
  const gateway = ccxtTradingGateway({
    venue: venue as TradingVenue,
    keys: { apiKey, secret, password },
    products: [product],
    marginMode: more.margin,
    sandbox: more.sandbox,
    baseUrl: context.settings.venues?.[venue]?.baseUrl,
  })
  await gateway.connect()
  return gateway
}

function noKey(message: string, hint: string): UsageError {
  return new UsageError({ code: 'SESSION_KEY', message: `${message} Nothing was sent.`, hint })
}
