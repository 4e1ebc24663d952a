/**
 * L1, recovery of a live session from its journal: opened, its hashes checked, played again, orders and account compared
 * with the venue, ready to trade.
 *
 * The journal is made by a session: twenty orders a bar, each accepted and filled by a venue in memory. `--how read` only
 * reads its rows, checks their hashes and parses them: the least that a recovery can do.
 */
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { createHash } from 'node:crypto'
import { tuneCompiler } from '@kestrel/backtest'
import { ManualClock } from '@kestrel/core'
import { defineStrategy, type TradingGateway } from '@kestrel/kernel'
import { z } from 'zod'
import { measureCell } from '../cell/measure-cell.ts'
import { L1_PRICE, liveSetup, MINUTE_MS, MinuteFeed, openLive } from '../live/bench-session.ts'
import { scratchFolder } from '../live/local-world.ts'
import { memoryGateway } from '../live/memory-gateway.ts'
import { engineVersion } from '../setup/engine-version.ts'
import { cellArguments } from './cell-arguments.ts'

const ORDERS_A_BAR = 20
const START_MS = 1_704_067_200_000

const { units, runs, option } = cellArguments(['how'])
const how = option('how', 'recover') as 'recover' | 'read'

/** Buys and sells by turns, and keeps one lot too many from the first bar on. */
const many = defineStrategy({
  name: 'many',
  about: 'Twenty orders at the market each bar.',
  params: z.object({}),
  start({ instrument, bars, submit }) {
    bars(instrument)
    return {
      onBar() {
        for (let i = 0; i < ORDERS_A_BAR; i++) {
          submit({ instrument, side: i % 2 === 0 ? 'buy' : 'sell', quantity: 0.01 * (1 + (i >> 1)) })
        }
      },
    }
  },
})

/** What a session knows in the end. */
interface Books {
  readonly state: string
  readonly orders: number
  readonly fills: number
  readonly equity: number
}

tuneCompiler()
using folder = scratchFolder()
const clock = new ManualClock(START_MS)
const gateway: TradingGateway = memoryGateway(clock)
const setup = liveSetup([many], 3)

async function trade(): Promise<Books> {
  const { session, journal } = await openLive(folder.path, gateway, setup, clock)
  session.run()
  const feed = new MinuteFeed(session)
  for (let sent = 0; sent < units; sent += ORDERS_A_BAR) {
    clock.advanceTo(feed.closeTimeMs + MINUTE_MS)
    feed.minute(L1_PRICE)
    await session.settled()
  }
  const books = booksOf(session)
  await session.suspend()
  journal.close()
  return books
}

async function recover(): Promise<Books & { readonly ms: number }> {
  const beganMs = performance.now()
  const { session, journal } = await openLive(folder.path, gateway, setup, clock)
  const ms = performance.now() - beganMs
  const books = booksOf(session)
  await session.suspend()
  journal.close()
  return { ...books, ms }
}

function booksOf({ state, core }: Awaited<ReturnType<typeof openLive>>['session']): Books {
  const { desk, ledger } = core.kernel
  return { state, orders: desk.records().length, fills: desk.fills.count, equity: ledger.equity() }
}

/** Reads and parses every row, and hashes its text. */
function read(): Books & { readonly ms: number } {
  const beganMs = performance.now()
  const db = new DatabaseSync(join(folder.path, 'journal.sqlite'))
  let [orders, fills] = [0, 0]
  for (const row of db.prepare('SELECT kind, body, hash FROM entry ORDER BY seq').iterate()) {
    const body = row['body'] as string
    createHash('sha256')
      .update(row['hash'] as Uint8Array)
      .update(body)
      .digest()
    const parsed = JSON.parse(body) as { readonly kind: string; readonly news?: { readonly kind: string } }
    if (parsed.kind === 'create') orders++
    if (parsed.news?.kind === 'filled') fills++
  }
  db.close()
  return { state: 'recovering', orders, fills, equity: Number.NaN, ms: performance.now() - beganMs }
}

await measureCell({
  version: engineVersion(),
  runs,
  prepare: trade,
  checksum: () => '',
  run: async () => (how === 'read' ? read() : recover()),
  callMs: ({ ms }) => ms,
  outcome: (books, before) => ({
    orders: books.orders,
    fills: books.fills,
    equityMoved: how === 'read' ? 0 : books.equity - before.equity,
    state: books.state,
    ordersBefore: before.orders,
  }),
})
