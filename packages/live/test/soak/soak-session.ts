import { join } from 'node:path'
import { configureStrategy } from '@kestrel/kernel'
import { ccxtTradingGateway } from '@kestrel/venues'
import { Journal, LiveSession, RECONCILE_RULES } from '../../src/index.ts'
import { flatBars, MACHINE_CLOCK, MINUTE } from '../faults/fault-session.ts'
import { FAULT_VENUES } from '../faults/fault-venue.ts'
import { RESTLESS } from '../faults/restless.ts'

/** A live session on the exchange of a soak, with orders at every bar. */
export async function openSoakSession(url: string, folder: string): Promise<LiveSession> {
  const { venue, gateway: products, instrument } = FAULT_VENUES.usdm
  const keys = { apiKey: 'soak', secret: 'soak' }
  const session = await LiveSession.open(
    {
      id: 'soak',
      mode: 'live',
      config: {
        instruments: [instrument],
        timeframe: '1m',
        strategies: [configureStrategy(RESTLESS)],
        cash: { USDT: 50_000 },
        sizeMode: 'units',
        margin: { leverage: 10, mode: 'cross' },
        funding: 'none',
        seed: 1,
      },
      identity: { strategy: 'restless' },
      warmupBars: 3,
      rules: RECONCILE_RULES,
      barGraceMs: 1_000,
      reconcileMs: 60_000,
    },
    {
      journal: new Journal(join(folder, 'journal.sqlite')),
      clock: MACHINE_CLOCK,
      gateways: new Map([[venue, ccxtTradingGateway({ ...products, keys, baseUrl: url, rateLimit: false })]]),
      feeds: new Map(),
      pastBars: async (_, __, count, toMs) => flatBars(count, toMs - (toMs % MINUTE)),
    },
  )
  session.run()
  return session
}
