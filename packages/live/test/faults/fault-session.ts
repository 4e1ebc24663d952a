import { join } from 'node:path'
import { allocateBars, type BarColumns, type Clock } from '@kestrel/core'
import { configureStrategy } from '@kestrel/kernel'
import { ccxtTradingGateway } from '@kestrel/venues'
import { Journal, LiveSession, RECONCILE_RULES, type SessionSetup } from '../../src/index.ts'
import { BRACKETED } from './bracketed.ts'
import type { FaultCase } from './fault-case.ts'
import { FAULT_VENUES, START_PRICE } from './fault-venue.ts'
import { GUARDED } from './guarded.ts'
import { type KillOrder, killAt, type OnPoint, WatchedJournal, watchedGateway } from './kill-points.ts'
import { METHODICAL } from './methodical.ts'
import { LateJournal, mutatedGateway } from './mutations.ts'
import { RESTLESS } from './restless.ts'

export const MINUTE = 60_000
/** Longer than any fault of the exchange hides an order. */
const SETTLE_MS = 900
/** At most some 20 s, longer than any ban lasts. */
const STARTS = 200

const STRATEGIES = {
  restless: configureStrategy(RESTLESS),
  methodical: configureStrategy(METHODICAL),
  bracketed: configureStrategy(BRACKETED),
  guarded: configureStrategy(GUARDED),
}

/** What a session needs beside its case; it can be handed to another process. */
export interface SessionPlace {
  readonly test: FaultCase
  readonly url: string
  readonly folder: string
  readonly kill?: KillOrder
}

export interface OpenSession {
  readonly session: LiveSession
  /** Leaves without an end. */
  close(): Promise<void>
}

/** The machine's clock in whole milliseconds. */
export const MACHINE_CLOCK: Clock = { nowMs: () => Math.floor(performance.timeOrigin + performance.now()) }

/** Keys of the account that a case trades on. */
export function keysOf({ seed }: FaultCase): { readonly apiKey: string; readonly secret: string } {
  return { apiKey: `key-${seed}`, secret: `secret-${seed}` }
}

/** Opens the session of a case with the real client; where that fails because the venue does not answer, again. */
export async function openFaultSession({ test, url, folder, kill }: SessionPlace): Promise<OpenSession> {
  const { venue, gateway: products } = FAULT_VENUES[test.venue]
  const onPoint = kill === undefined ? undefined : killAt(kill)
  const journal = openJournal(join(folder, 'journal.sqlite'), test, onPoint)
  const real = ccxtTradingGateway({
    ...products,
    keys: keysOf(test),
    baseUrl: url,
    rateLimit: false,
    timeoutMs: 400,
    pingEveryMs: 300,
    pollEveryMs: 100,
  })
  const mutated = mutatedGateway(real, test.mutation)
  const gateway = onPoint === undefined ? mutated : watchedGateway(mutated, onPoint)
  try {
    const session = await retried(async () =>
      LiveSession.open(setupOf(test), {
        journal,
        clock: MACHINE_CLOCK,
        gateways: new Map([[venue, gateway]]),
        feeds: new Map(),
        pastBars: async (_, __, count, toMs) => flatBars(count, toMs - (toMs % MINUTE)),
      }),
    )
    session.run()
    return {
      session,
      async close() {
        await session.suspend()
        await gateway.close()
        journal.close()
      },
    }
  } catch (error) {
    await gateway.close()
    journal.close()
    throw error
  }
}

function openJournal(path: string, { mutation }: FaultCase, onPoint: OnPoint | undefined): Journal {
  if (mutation === 'no-write-ahead') return new LateJournal(path)
  return onPoint === undefined ? new Journal(path) : new WatchedJournal(path, onPoint)
}

/** Whether somebody else acts on the account, which a session may then take over. */
function isShared({ schedule }: FaultCase): boolean {
  return schedule.faults.some(({ name }) => name.startsWith('manual'))
}

function setupOf(test: FaultCase): SessionSetup {
  const { seed } = test
  const { instrument } = FAULT_VENUES[test.venue]
  const rule = isShared(test) ? 'adopt' : 'refuse'
  return {
    id: `fault-${seed}`,
    mode: 'live',
    config: {
      instruments: [instrument],
      timeframe: '1m',
      strategies: [STRATEGIES[test.strategy]],
      cash: { USDT: 50_000 },
      sizeMode: 'units',
      ...(instrument.kind === 'spot' ? {} : { margin: { leverage: 10, mode: 'cross' as const } }),
      funding: 'none',
      seed,
    },
    identity: { strategy: test.strategy },
    warmupBars: 3,
    rules: { ...RECONCILE_RULES, foreignOrders: 'ignore', positions: rule, balances: rule },
    barGraceMs: 1_000,
    // The market runs a thousand times as fast here as outside, so looks at the account come sooner, too.
    reconcileMs: 1_000,
    times: { settleMs: SETTLE_MS, firstWaitMs: 15, mostWaitMs: 120, staleMs: 3_000 },
  }
}

/** A start may fail while the venue does not answer; whoever runs a bot starts it again. */
async function retried<T>(act: () => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      return await act()
    } catch (error) {
      const { code = '' } = error as { code?: string }
      if (tried === STARTS || !code.startsWith('VENUE_')) throw error
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
}

export function flatBars(count: number, toMs: number): BarColumns {
  const bars = allocateBars(count)
  for (let i = 0; i < count; i++) {
    bars.openTimeMs[i] = toMs - (count - i) * MINUTE
    bars.closeTimeMs[i] = toMs - (count - i - 1) * MINUTE
    for (const name of ['open', 'high', 'low', 'close'] as const) bars[name][i] = START_PRICE
    bars.volume[i] = 1_000
  }
  return bars
}
