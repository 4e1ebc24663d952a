import { describe, expect, test } from 'vitest'
import {
  type LiveSession,
  parityHtml,
  type ParityReport,
  parityReport,
  rerunSession,
  SessionJournal,
} from '../src/index.ts'
import { PERPETUAL, World } from './session-world.ts'

const PRICES = [100, 101, 102, 103, 104, 103, 102, 104, 105, 106]

async function played(world: World, act?: (session: LiveSession, minute: number) => void): Promise<ParityReport> {
  const session = await world.open()
  for (const [minute, price] of PRICES.entries()) {
    act?.(session, minute)
    await world.minute(session, price)
  }
  await session.suspend()
  const rerun = rerunSession(new SessionJournal(world.journal), world.setup.config)
  if (rerun === undefined) throw new Error('no session')
  return parityReport(rerun)
}

describe('parity of a session', () => {
  test('a paper session equals its backtest', async () => {
    using world = new World('paper')
    const report = await played(world)
    expect(report.trades).toMatchObject({ attributed: 0, matched: 0, unexplained: 0 })
    expect(report.trades.equal).toBeGreaterThan(2)
    expect(report.endEquity.session).toBe(report.endEquity.backtest)
  })

  test('what fills at other prices is split into fee, latency and fill rule that add up', async () => {
    using world = new World()
    const report = await played(world)
    expect(report.trades.session).toBeGreaterThan(2)
    expect(report.trades.unexplained).toBe(0)
    expect(report.causes.length).toBeGreaterThan(0)
    const money = report.causes.reduce((sum, cause) => sum + cause.money, 0)
    const difference = report.rows.reduce((sum, row) => sum + row.difference, 0)
    expect(money).toBeCloseTo(difference, 6)
    expect(parityHtml(report)).toContain('Every trade is matched or attributed.')
  })

  test('a trade that the venue turned down is put down to that', async () => {
    using world = new World('live', PERPETUAL)
    const report = await played(world, (_, minute) => {
      if (minute === 2) world.gateway.faults.push({ of: 'create', how: 'refused' })
    })
    expect(report.trades.unexplained).toBe(0)
    expect(report.causes.map(({ cause }) => cause)).toContain('reject')
  })

  test('a trade that a pause kept back is put down to the operator', async () => {
    using world = new World('live', PERPETUAL)
    const report = await played(world, (session, minute) => {
      if (minute === 2) session.command('pause', 'lunch')
      if (minute === 5) session.command('resume', 'back')
    })
    expect(report.trades.unexplained).toBe(0)
    expect(report.causes.map(({ cause }) => cause)).toContain('manual')
  })
})
