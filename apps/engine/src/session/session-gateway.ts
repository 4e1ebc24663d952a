import { UsageError } from '@kestrel/core'
import type { TradingGateway } from '@kestrel/kernel'
import { ccxtTradingGateway, TRADING_VENUES, type TradingVenue } from '@kestrel/venues'
import type { CommandContext } from '../cli/command-context.ts'
import { findKey } from '../keys/key-ring.ts'
import type { SessionDescriptor } from './session-descriptor.ts'

/** What leads to the account of a session. Whoever leaves a part of it out is at another account, or trades otherwise. */
type SessionAccount = Pick<SessionDescriptor, 'venue' | 'product' | 'key' | 'sandbox' | 'margin'> &
  Partial<Pick<SessionDescriptor, 'baseUrl' | 'synthetic'>>

/**
 * The account of a session, connected.
 *
 * @throws UsageError `SESSION_KEY` for no key, or one of another venue.
 */
export async function sessionGateway(context: CommandContext, account: SessionAccount): Promise<TradingGateway> {
  const gateway = await unconnectedGateway(context, account)
  try {
    await gateway.connect()
  } catch (error) {
    await gateway.close()
    throw error
  }
  return gateway
}

/**
 * The same before anything was asked of the venue.
 *
 * @param timeoutMs - How long one request may take.
 */
export async function unconnectedGateway(
  context: CommandContext,
  account: SessionAccount,
  timeoutMs?: number,
): Promise<TradingGateway> {
  const { venue, product, key, sandbox, margin } = account
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
  return ccxtTradingGateway({
    venue: venue as TradingVenue,
    keys: { apiKey, secret, password },
    products: [product],
    marginMode: margin,
    sandbox,
    baseUrl: addressOf(context, account),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  })
}

/**
 * Where the venue is: as the settings say; where they cannot be read, where the session found it last.
 *
 * @throws UsageError `SESSION_ADDRESS` where nobody knows, and it is not the venue's own address.
 */
function addressOf(context: CommandContext, { venue, baseUrl, synthetic }: SessionAccount): string | undefined {
  const stated = context.settings.venues?.[venue]?.baseUrl
  if (stated !== undefined || context.areSettingsWhole) return stated
  if (baseUrl !== undefined) return baseUrl ?? undefined
  if (synthetic !== true) return undefined
  throw new UsageError({
    code: 'SESSION_ADDRESS',
    message: `The venue of this session is a server on this machine, and its address stands in the settings, which cannot be read. Nothing was sent.`,
    hint: `Give a file with venues.${venue}.baseUrl: --config FILE`,
  })
}

function noKey(message: string, hint: string): UsageError {
  return new UsageError({ code: 'SESSION_KEY', message: `${message} Nothing was sent.`, hint })
}
