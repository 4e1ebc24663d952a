import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { allocateBars, type BarColumns, createRng, type Instrument, instrumentOf } from '@kestrel/core'
import { configureStrategy } from '@kestrel/kernel'
import {
  EXAMPLE_PERPETUAL,
  FAULT_NAMES,
  type FaultSchedule,
  type LocalExchange,
  randomSchedule,
  startExchange,
} from '@kestrel/testkit'
import { ccxtTradingGateway } from '@kestrel/venues'
import {
  Journal,
  LiveSession,
  RECONCILE_RULES,
  readClientOrderId,
  type SessionSetup,
  sessionCode,
} from '../../src/index.ts'
import { RESTLESS } from './restless.ts'

const MINUTE = 60_000
const START_PRICE = 60_000
const SETTLE_MS = 1_500

/** What a run is about: everything follows from it. */
export interface FaultCase {
  readonly seed: number
  readonly schedule: FaultSchedule
  readonly bars: number
  /** Bars after which the session is torn down and opened again from its journal. */
  readonly restartsAfter: readonly number[]
}

export interface FaultOutcome {
  readonly seed: number
  /** What is wrong; empty where nothing is. */
  readonly problems: readonly string[]
  readonly orders: number
  readonly fills: number
  readonly struck: number
}

/**
 * A request that the network delivers twice is a second order wherever the venue lets go of a client id with the order: no
 * client can prevent that, only see it. It has a test of its own.
 */
const FAULTS_TO_SURVIVE = FAULT_NAMES.filter((name) => name !== 'duplicate-delivery')

/** A case from a seed. */
export function faultCase(seed: number): FaultCase {
  const rng = createRng(seed).stream('fault case')
  const bars = 4 + Math.floor(rng.nextFloat() * 4)
  const restarts = Math.floor(rng.nextFloat() * 3)
  return {
    seed,
    schedule: randomSchedule(seed, { count: 1 + Math.floor(rng.nextFloat() * 4), among: FAULTS_TO_SURVIVE }),
    bars,
    restartsAfter: Array.from({ length: restarts }, () => Math.floor(rng.nextFloat() * bars)),
  }
}

/** An exchange that serves many runs, each with an account of its own. */
export async function startFaultExchange(): Promise<LocalExchange> {
  return startExchange({
    venues: ['binanceusdm'],
    markets: [{ spec: { ...EXAMPLE_PERPETUAL, mode: 'noiseless' }, startPrice: START_PRICE }],
    flow: 'none',
    historyMinutes: 0,
    rateLimits: false,
  })
}

const INSTRUMENT: Instrument = instrumentOf({
  id: 'BTC-USDT-PERP.BINANCE',
  tickSize: EXAMPLE_PERPETUAL.tickSize,
  lotSize: EXAMPLE_PERPETUAL.lotSize,
  minNotional: EXAMPLE_PERPETUAL.minNotional,
  makerFeeRate: EXAMPLE_PERPETUAL.makerFeeRate,
  takerFeeRate: EXAMPLE_PERPETUAL.takerFeeRate,
})

/**
 * Runs a session with the real client against the exchange while things go wrong, then compares: no order lost, none
 * doubled, and the books equal the exchange's.
 */
export async function runFaultCase(exchange: LocalExchange, test: FaultCase): Promise<FaultOutcome> {
  const { seed, schedule, bars, restartsAfter } = test
  const venue = exchange.venue('binanceusdm')
  const accountId = `account-${seed}`
  const keys = { apiKey: `key-${seed}`, secret: `secret-${seed}` }
  venue.exchange.openAccount({ ...keys, accountId, balances: { futures: { USDT: '100000' } } })
  const market = [...venue.exchange.markets.values()][0]
  if (market === undefined) throw new Error('no market')
  const setPrice = (price: number): void => {
    const ticks = Math.round(price * 10)
    venue.exchange.setTouch(market.id, ticks, ticks, ticks)
  }
  setPrice(START_PRICE)
  const folder = mkdtempSync(join(tmpdir(), 'kestrel-fault-'))
  const open = async (): Promise<{ session: LiveSession; close(): Promise<void> }> => {
    const journal = new Journal(join(folder, 'journal.sqlite'))
    const gateway = ccxtTradingGateway({
      venue: 'binance',
      keys,
      baseUrl: venue.url,
      rateLimit: false,
      timeoutMs: 400,
      pingEveryMs: 300,
      pollEveryMs: 100,
    })
    try {
      const session = await retried(() =>
        LiveSession.open(setupOf(test), {
          journal,
          clock: CLOCK,
          gateways: new Map([['BINANCE', gateway]]),
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
  try {
    let running = await open()
    let closeTimeMs = running.session.playFromMs
    let price = START_PRICE
    const rng = createRng(seed).stream('price')
    const player = venue.play(schedule)
    for (let bar = 0; bar < bars; bar++) {
      const openPrice = price
      price = Math.round(price * Math.exp(0.003 * rng.nextNormal()))
      setPrice(price)
      const row = {
        openTimeMs: closeTimeMs,
        closeTimeMs: closeTimeMs + MINUTE,
        open: openPrice,
        high: Math.max(openPrice, price),
        low: Math.min(openPrice, price),
        close: price,
        volume: 1_000,
      }
      closeTimeMs += MINUTE
      running.session.onBar(INSTRUMENT, '1m', { ...row, tsRecvMs: CLOCK.nowMs() })
      await pause(10 + Math.floor(rng.nextFloat() * 30))
      if (!restartsAfter.includes(bar)) continue
      await running.close()
      running = await open()
    }
    venue.play(undefined)
    await Promise.race([running.session.settled(), pause(15_000)])
    // A start is the strictest comparison there is.
    await running.close()
    running = await open()
    await Promise.race([running.session.settled(), pause(15_000)])
    const problems = compare(running.session, venue.exchange, accountId)
    const records = running.session.core.records()
    await running.close()
    return { seed, problems, orders: records.orders().length, fills: records.fills().length, struck: struckBy(player) }
  } catch (error) {
    return { seed, problems: [`it threw: ${String(error)}`], orders: 0, fills: 0, struck: 0 }
  } finally {
    venue.play(undefined)
    rmSync(folder, { recursive: true, force: true })
  }
}

const CLOCK = { nowMs: () => Math.floor(performance.timeOrigin + performance.now()) }

function struckBy(player: unknown): number {
  const struck = (player as { readonly struck?: readonly unknown[] } | undefined)?.struck
  return struck?.length ?? 0
}

function setupOf({ seed, schedule }: FaultCase): SessionSetup {
  // What somebody else does on the account is refused unless it may be taken over.
  const isShared = schedule.faults.some(({ name }) => name.startsWith('manual'))
  const rule = isShared ? 'adopt' : 'refuse'
  return {
    id: `fault-${seed}`,
    mode: 'live',
    config: {
      instruments: [INSTRUMENT],
      timeframe: '1m',
      strategies: [configureStrategy(RESTLESS)],
      cash: { USDT: 50_000 },
      sizeMode: 'units',
      margin: { leverage: 10, mode: 'cross' },
      funding: 'none',
      seed,
    },
    identity: { strategy: 'restless' },
    warmupBars: 3,
    rules: { ...RECONCILE_RULES, foreignOrders: 'ignore', positions: rule, balances: rule },
    barGraceMs: 1_000,
    reconcileMs: 600_000,
    times: { settleMs: SETTLE_MS, firstWaitMs: 20, mostWaitMs: 200, staleMs: 3_000 },
  }
}

/** Everything that is wrong between a session and the exchange. Orders of somebody else do not count. */
function compare(
  session: LiveSession,
  exchange: ReturnType<LocalExchange['venue']>['exchange'],
  accountId: string,
): string[] {
  const problems: string[] = []
  const code = sessionCode(session.setup.id)
  const orderIds = new Map<number, number>()
  const seen = new Map<string, number>()
  for (const { orderId, clientOrderId } of exchange.orders(accountId, {})) {
    const named = readClientOrderId(clientOrderId)
    if (named === undefined || named.sessionCode !== code) continue
    orderIds.set(orderId, named.orderId)
    seen.set(clientOrderId, (seen.get(clientOrderId) ?? 0) + 1)
  }
  for (const [id, times] of seen) if (times > 1) problems.push(`${id} is at the exchange ${times} times`)
  const theirs = new Map<number, number>()
  let position = 0
  for (const { orderId, side, qtyLots } of exchange.trades(accountId, {})) {
    const ours = orderIds.get(orderId)
    if (ours === undefined) continue
    theirs.set(ours, (theirs.get(ours) ?? 0) + qtyLots)
    position += side === 'buy' ? qtyLots : -qtyLots
  }
  const booked = new Map<number, number>()
  for (const { orderId, filledQuantity, tag } of session.core.records().orders()) {
    const of = Number(/^late fill of order (\d+)$/.exec(tag)?.[1] ?? orderId)
    booked.set(of, (booked.get(of) ?? 0) + Math.round(filledQuantity / INSTRUMENT.lot.size))
  }
  for (const id of new Set([...booked.keys(), ...theirs.keys()])) {
    const [here, there] = [booked.get(id) ?? 0, theirs.get(id) ?? 0]
    if (here !== there) problems.push(`order ${id}: ${here} lots here, ${there} there`)
  }
  const held = session.core.kernel.ledger.lots[0] as number
  if (held !== position) problems.push(`position: ${held} lots here, ${position} there`)
  if (session.state !== 'running') problems.push(`the session is ${session.state}`)
  return problems
}

/** A start may fail while the venue does not answer; whoever runs a bot starts it again. */
async function retried<T>(act: () => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      return await act()
    } catch (error) {
      const isPassing = (error as { retry?: string }).retry !== 'never'
      if (tried === 20 || !isPassing) throw error
      await pause(50)
    }
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

function flatBars(count: number, toMs: number): BarColumns {
  const bars = allocateBars(count)
  for (let i = 0; i < count; i++) {
    bars.openTimeMs[i] = toMs - (count - i) * MINUTE
    bars.closeTimeMs[i] = toMs - (count - i - 1) * MINUTE
    for (const name of ['open', 'high', 'low', 'close'] as const) bars[name][i] = START_PRICE
    bars.volume[i] = 1_000
  }
  return bars
}
