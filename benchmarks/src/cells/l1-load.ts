/**
 * L1, processor time of a live session with twenty strategies that is given a number of bars a second as they come: each
 * bar is journaled, reaches every strategy, and what these decide goes out through ccxt to an exchange in another process.
 *
 * Each call of the cell is some seconds of real time; its time is the processor time of this process, all threads
 * included.
 */
import { setTimeout as wait } from 'node:timers/promises'
import { tuneCompiler } from '@kestrel/backtest'
import { createRng } from '@kestrel/core'
import { defineStrategy } from '@kestrel/kernel'
import { z } from 'zod'
import { measureCell } from '../cell/measure-cell.ts'
import { ccxtGateway, L1_PRICE, liveSetup, MinuteFeed, openLive } from '../live/bench-session.ts'
import { scratchFolder, startLocalExchange } from '../live/local-world.ts'
import { engineVersion } from '../setup/engine-version.ts'
import { cellArguments } from './cell-arguments.ts'

const STRATEGIES = 20
const WARM_UP = 300
/** Between two looks at how many bars are due. */
const PACE_MS = 5

const { units, runs, option } = cellArguments(['rate'])
const rate = Number(option('rate', '1000'))

/** Each has averages of its own, and holds as much as its number says while the fast one is above. */
const strategies = Array.from({ length: STRATEGIES }, (_, index) =>
  defineStrategy({
    name: `cross-${index}`,
    about: 'Long while the fast average of the close is above the slow one.',
    params: z.object({}),
    start({ instrument, bars, indicator, target, explain }) {
      const { close } = bars(instrument)
      const fast = indicator.sma(close, 20 + 4 * index)
      const slow = indicator.sma(close, 120 + 8 * index)
      return {
        onBar() {
          if (!slow.ready) return
          explain({ fast: fast.value, slow: slow.value })
          target(instrument, { quantity: fast.value > slow.value ? 0.01 * (index + 1) : 0 })
        },
      }
    },
  }),
)

tuneCompiler()
using folder = scratchFolder()
using exchange = await startLocalExchange()
const gateway = ccxtGateway(exchange.url)
const { session, journal } = await openLive(folder.path, gateway, liveSetup(strategies, WARM_UP))
session.run()
const feed = new MinuteFeed(session)
const rng = createRng(1).stream('bars')
let price = L1_PRICE
let bars = 0

/** Prices that wander about one. */
function nextPrice(): number {
  price = Math.round(price * Math.exp(0.0005 * rng.nextNormal() + 0.002 * Math.log(L1_PRICE / price)))
  return price
}

async function seconds(): Promise<{ readonly cpuMs: number; readonly lateMs: number }> {
  const startMs = performance.now()
  const before = process.cpuUsage()
  let lateMs = 0
  for (let done = 0; done < units;) {
    const due = Math.min(units, Math.floor(((performance.now() - startMs) * rate) / 1_000))
    for (; done < due; done++, bars++) feed.minute(nextPrice())
    await wait(PACE_MS)
  }
  lateMs = performance.now() - startMs - (units * 1_000) / rate
  const { user, system } = process.cpuUsage(before)
  return { cpuMs: (user + system) / 1_000, lateMs }
}

try {
  await measureCell({
    version: engineVersion(),
    runs,
    prepare: () => undefined,
    checksum: () => '',
    run: seconds,
    callMs: ({ cpuMs }) => cpuMs,
    async outcome({ lateMs }) {
      await session.settled()
      const { desk } = session.core.kernel
      return {
        state: session.state,
        /** Orders a bar, and their answers a bar, over all calls. */
        orders: desk.records().length / bars,
        fills: desk.fills.count / bars,
        lateMs: Math.round(lateMs),
      }
    },
  })
} finally {
  await session.suspend()
  await gateway.close()
  journal.close()
}
