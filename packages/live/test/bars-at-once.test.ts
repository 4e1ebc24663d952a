import { DatabaseSync } from 'node:sqlite'
import { allocateBars, type BarColumns, timeframeMs } from '@kestrel/core'
import { findStrategy } from '@kestrel/strategies'
import { expect, test } from 'vitest'
import { type LiveSession, parityReport, rerunSession, SessionJournal } from '../src/index.ts'
import { SPOT, World } from './session-world.ts'

const BARS = 5_000
const MINUTE = timeframeMs('1m')

/** Minutes of a market after a time. */
function minutesAfter(fromMs: number): BarColumns {
  const bars = allocateBars(BARS)
  for (let i = 0; i < BARS; i++) {
    const close = 100 + ((i * 7) % 13)
    bars.openTimeMs[i] = fromMs + i * MINUTE
    bars.closeTimeMs[i] = fromMs + (i + 1) * MINUTE
    bars.open[i] = 100
    bars.high[i] = close + 1
    bars.low[i] = 99
    bars.close[i] = close
    bars.volume[i] = 1_000
  }
  return bars
}

const booksOf = ({ core }: LiveSession) => ({
  fills: core.records().fills(),
  orders: core.records().orders(),
  equity: core.kernel.ledger.equity(),
  curve: [...core.records().equity.equity],
})

function giveOneByOne(session: LiveSession, world: World, bars: BarColumns): void {
  for (let i = 0; i < BARS; i++) {
    const at = (name: keyof BarColumns): number => bars[name][i] as number
    session.onBar(world.instrument, '1m', {
      openTimeMs: at('openTimeMs'),
      closeTimeMs: at('closeTimeMs'),
      open: at('open'),
      high: at('high'),
      low: at('low'),
      close: at('close'),
      volume: at('volume'),
      tsRecvMs: at('closeTimeMs'),
    })
  }
}

test.each([
  ['a strategy that counts bars', undefined],
  ['one on indicators', findStrategy('macd-cross')],
])('bars that are given at once are played as one after the other, and again at a restart: %s', async (_, strategy) => {
  using world = new World('paper', SPOT, strategy)
  using other = new World('paper', SPOT, strategy)
  const [session, single] = [await world.open(), await other.open()]
  const bars = minutesAfter(session.playFromMs)
  session.onBars(world.instrument, '1m', bars)
  giveOneByOne(single, other, bars)
  const books = booksOf(session)
  expect(books).toEqual(booksOf(single))
  expect(books.fills.length).toBeGreaterThan(100)
  // A few rows instead of two for each bar.
  expect(world.journal.lastSeq).toBeLessThan(20)
  await session.suspend()
  await single.suspend()
  world.crash()
  const again = await world.open()
  expect(booksOf(again)).toEqual(books)
  await again.suspend()
  const rerun = rerunSession(new SessionJournal(world.journal), world.setup.config)
  if (rerun === undefined) throw new Error('no session')
  expect(parityReport(rerun).trades).toMatchObject({ attributed: 0, matched: 0, unexplained: 0 })
})

test('a bar that cannot be is left out of what is given at once, and a limit looks at every bar', async () => {
  using world = new World('paper')
  const looked: number[] = []
  const session = await world.open(world.setup, {
    gate: () => undefined,
    observe: (kernel) => {
      looked.push(kernel.nowMs)
      return undefined
    },
  })
  const bars = minutesAfter(session.playFromMs)
  bars.low[10] = -1
  session.onBars(world.instrument, '1m', bars)
  expect(session.core.records().equity.equity).toHaveLength(BARS - 1)
  expect(new Set(looked).size).toBeGreaterThanOrEqual(BARS - 1)
  expect(world.events.filter((each) => each.kind === 'alarm' && each.code === 'LIVE_BAD_BAR')).toHaveLength(1)
  await session.suspend()
})

test('a journal whose bars were changed is refused', async () => {
  using world = new World('paper')
  const session = await world.open()
  session.onBars(world.instrument, '1m', minutesAfter(session.playFromMs))
  await session.suspend()
  const { path } = world.journal
  world.crash()
  const db = new DatabaseSync(path)
  db.exec(`UPDATE entry SET body = replace(body, '"rows":4096', '"rows":4095')`)
  db.close()
  await expect(world.open()).rejects.toMatchObject({ code: 'LIVE_JOURNAL_BROKEN' })
})
