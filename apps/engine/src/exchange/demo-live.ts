import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { type Clock, instrumentOf, isoTime } from '@kestrel/core'
import { configureStrategy, defineStrategy, type MarketFeed, type TradingGateway } from '@kestrel/kernel'
import {
  Journal,
  LiveSession,
  parityHtml,
  type ParityReport,
  parityReport,
  RECONCILE_RULES,
  rerunSession,
  SessionJournal,
  type SessionEvent,
  type SessionSetup,
} from '@kestrel/live'
import { DEMO_ACCOUNT, EXAMPLE_PERPETUAL, type LocalExchange, startExchange } from '@kestrel/testkit'
import { ccxtMarketFeed, ccxtTradingGateway } from '@kestrel/venues'
import { z } from 'zod'
import type { CommandContext } from '../cli/command-context.ts'
import type { CommandResult } from '../cli/command-result.ts'
import { eventText } from '../session/event-text.ts'
import { writeWhole } from '../session/session-descriptor.ts'

/** Exchange time runs so much faster: a minute takes a second and a half. */
const SPEED = 40
const MINUTES = 24
const INSTRUMENT_ID = 'BTC-USDT-PERP.BINANCE'

/** Long for two bars, flat for two: enough trades to compare in a short time. */
const IN_AND_OUT = defineStrategy({
  name: 'in-and-out',
  about: 'Long for two bars, flat for two.',
  params: z.object({ quantity: z.number().positive().default(0.05).describe('coins') }),
  start({ bars, instrument, target, params }) {
    const series = bars(instrument, '1m')
    return {
      onBar: () => target(instrument, { quantity: (series.closeTimeMs.value / 60_000) % 4 < 2 ? params.quantity : 0 }),
    }
  },
})

/** The first two creates go wrong in two ways, and the account's stream breaks. */
const FAULTS = {
  faults: [
    { name: 'timeout-after', on: 'create', nth: 0, numbers: { delayMs: 400 } },
    { name: 'server-error', on: 'create', nth: 2, numbers: { status: 503, accepted: 1 } },
    { name: 'disconnect', on: 'order', nth: 6, numbers: { refusals: 1 } },
  ],
} as const

/**
 * Starts the local exchange, a paper bot and a live bot on it, lets three things go wrong, and compares both with their
 * backtests. No network and no key is needed.
 */
export async function demoLive(context: CommandContext): Promise<CommandResult> {
  const home = join(context.cwd, '.kestrel', 'demo-live')
  rmSync(home, { recursive: true, force: true })
  mkdirSync(home, { recursive: true })
  context.note(`A local exchange with a SYNTHETIC market (seed ${context.seed}), its time ${SPEED} times as fast.`)
  const exchange = await startExchange({
    venues: ['binanceusdm'],
    seed: context.seed,
    clock: SPEED,
    rateLimits: false,
    faults: FAULTS,
    onFault: (_, { fault, path }) => context.note(`FAULT ${fault.name} on ${path}`),
  })
  const bots: Bot[] = []
  try {
    for (const mode of ['paper', 'live'] as const) bots.push(await openBot(context, exchange, home, mode))
    for (const { session } of bots) session.run()
    await watch(context, exchange, bots)
    const reports: ParityReport[] = []
    for (const bot of bots) {
      await bot.session.settled()
      await bot.session.suspend()
      reports.push(await compare(bot, home))
    }
    return result(reports, home)
  } finally {
    for (const bot of bots) await bot.close()
    await exchange.close()
  }
}

interface Bot {
  readonly mode: 'paper' | 'live'
  readonly session: LiveSession
  readonly feed: MarketFeed
  readonly journal: Journal
  readonly setup: SessionSetup
  close(): Promise<void>
}

async function openBot(
  context: CommandContext,
  exchange: LocalExchange,
  home: string,
  mode: 'paper' | 'live',
): Promise<Bot> {
  const { url } = exchange.venue('binanceusdm')
  const clock: Clock = exchange.clock
  const feed = await ccxtMarketFeed({
    venue: 'binance',
    baseUrl: url,
    products: ['linear'],
    clock,
    askAfterMs: 5_000,
    silentMs: 600_000,
  })
  const gateway: TradingGateway | undefined =
    mode === 'paper'
      ? undefined
      : ccxtTradingGateway({
          venue: 'binance',
          keys: { apiKey: DEMO_ACCOUNT.apiKey, secret: DEMO_ACCOUNT.secret },
          baseUrl: url,
          products: ['linear'],
          clock,
          rateLimit: false,
          timeoutMs: 300,
        })
  const journal = new Journal(join(home, `${mode}.sqlite`))
  const setup: SessionSetup = {
    id: `demo-${mode}`,
    mode,
    config: {
      instruments: [instrumentOf({ ...feed.specOf(INSTRUMENT_ID), tickSize: EXAMPLE_PERPETUAL.tickSize })],
      timeframe: '1m',
      strategies: [configureStrategy(IN_AND_OUT)],
      cash: { USDT: 20_000 },
      sizeMode: 'units',
      margin: { leverage: 5, mode: 'cross' },
      funding: 'none',
    },
    identity: { strategy: 'in-and-out' },
    warmupBars: 30,
    rules: RECONCILE_RULES,
    barGraceMs: 20_000,
    reconcileMs: 120_000,
    times: { settleMs: 60_000, firstWaitMs: 50, mostWaitMs: 500, staleMs: 60_000 },
  }
  const session = await LiveSession.open(setup, {
    journal,
    clock,
    gateways: new Map(gateway === undefined ? [] : [['BINANCE', gateway]]),
    feeds: new Map([['BINANCE', feed]]),
    pastBars: async (instrument, timeframe, count, toMs) => {
      const rows = await feed.pastBars(instrument, timeframe, toMs - (count + 1) * 60_000, toMs)
      const column = (name: 'openTimeMs' | 'closeTimeMs' | 'open' | 'high' | 'low' | 'close' | 'volume') =>
        Float64Array.from(rows, (row) => row[name])
      return {
        openTimeMs: column('openTimeMs'),
        closeTimeMs: column('closeTimeMs'),
        open: column('open'),
        high: column('high'),
        low: column('low'),
        close: column('close'),
        volume: column('volume'),
      }
    },
    listener: (event) => say(context, mode, event),
  })
  return {
    mode,
    session,
    feed,
    journal,
    setup,
    async close() {
      await feed.close()
      await gateway?.close()
      journal.close()
    },
  }
}

function say(context: CommandContext, mode: string, event: SessionEvent): void {
  const text = eventText(event)
  if (text !== undefined) context.note(`${mode.padEnd(5)}  ${text}`)
}

/** Prints equity and the age of the feeds now and then, until the minutes are over. */
async function watch(context: CommandContext, exchange: LocalExchange, bots: readonly Bot[]): Promise<void> {
  const endMs = exchange.clock.nowMs() + MINUTES * 60_000
  for (let nowMs = exchange.clock.nowMs(); nowMs < endMs; nowMs = exchange.clock.nowMs()) {
    await wait(6_000)
    for (const { mode, session, feed } of bots) {
      const ages = feed.status().map(({ feed: name, lastEventMs }) => {
        const age = exchange.clock.nowMs() - lastEventMs
        return `${name} ${Number.isNaN(age) ? 'not yet' : `${Math.round(age / 1_000)} s`}`
      })
      const equity = session.core.kernel.ledger.equity().toFixed(2)
      context.note(
        `${mode.padEnd(5)}  ${isoTime(exchange.clock.nowMs())}  equity ${equity}, newest: ${ages.join(', ')}`,
      )
    }
  }
}

async function compare({ journal, setup, mode }: Bot, home: string): Promise<ParityReport> {
  const rerun = rerunSession(new SessionJournal(journal), setup.config)
  if (rerun === undefined) throw new Error(`The ${mode} session has no journal.`)
  const report = parityReport(rerun)
  writeWhole(join(home, `parity-${mode}.html`), parityHtml(report))
  return report
}

function result(reports: readonly ParityReport[], home: string): CommandResult {
  const lines = reports.map(
    ({ mode, trades, causes }) =>
      `${mode}: ${trades.session} trades, ${trades.backtest} in the backtest: ${trades.equal} equal, ${trades.matched} matched, ${trades.attributed} attributed, ${trades.unexplained} unexplained${causes.length === 0 ? '' : `; money by cause: ${causes.map(({ cause, money }) => `${cause} ${money.toFixed(2)}`).join(', ')}`}.`,
  )
  const paths = reports.map(({ mode }) => join(home, `parity-${mode}.html`))
  return {
    document: { synthetic: true, reports: reports.map((report) => ({ ...report, rows: report.rows.length })), paths },
    text: [...lines, ...paths.map((path) => `Report: ${path}`)].join('\n'),
  }
}
