import { type Instrument, KestrelError, sliceBars, type TimeMs } from '@kestrel/core'
import type { KeyRights, TradingGateway } from '@kestrel/kernel'
import { probeNeeds } from './probe-feeds.ts'
import type { PastBars } from './session-core.ts'
import type { SessionStart } from './session-journal.ts'
import type { SessionPorts, SessionSetup } from './session-ports.ts'

/**
 * Connects to an account and tells it what the session trades.
 *
 * @returns What the key may do.
 * @throws KestrelError `LIVE_KEY_RIGHTS` for keys that may withdraw or may not trade.
 */
export async function connect(gateway: TradingGateway, { config }: SessionSetup): Promise<KeyRights> {
  await gateway.connect()
  const rights = await gateway.keyRights()
  const { canWithdraw, canTrade } = rights
  if (canWithdraw === true || !canTrade) {
    throw new KestrelError({
      code: 'LIVE_KEY_RIGHTS',
      message: `The key of ${gateway.venue} ${canTrade ? 'may withdraw money' : 'may not trade'}. Nothing was sent.`,
      hint: 'Make a key at the venue that may trade and may not withdraw.',
      meta: { venue: gateway.venue },
    })
  }
  gateway.know(config.instruments.filter((each) => each.venue === gateway.venue))
  return rights
}

/** Has the account trade on the terms that the books count with, where the setup states them. */
export async function agreeTerms(gateway: TradingGateway, { config }: SessionSetup): Promise<void> {
  const { margin } = config
  const perpetuals = config.instruments.filter(({ venue, kind }) => venue === gateway.venue && kind === 'perpetual')
  if (margin === undefined || perpetuals.length === 0) return
  const { leverage, mode = 'isolated', positionMode } = margin
  if (positionMode !== undefined) await gateway.setPositionMode(positionMode)
  if (leverage === undefined && margin.mode === undefined) return
  for (const instrument of perpetuals) {
    const stated = typeof leverage === 'number' ? leverage : leverage?.[instrument.id]
    await gateway.setLeverage(instrument, stated ?? 1, mode)
  }
}

/**
 * What a new session begins with: the bars that its strategies warm up with, and its cash by currency.
 *
 * @throws KestrelError `LIVE_SERIES` for a strategy that reads what no live source gives, `LIVE_NO_PAST` where there are no bars.
 */
export async function newStart(setup: SessionSetup, ports: SessionPorts): Promise<SessionStart> {
  const { config, id, mode, identity } = setup
  const nowMs = ports.clock.nowMs()
  const past = await pastBars(setup, ports, nowMs)
  const playFromMs = Math.max(...past.map(({ bars }) => bars.closeTimeMs.at(-1) ?? 0))
  const reporting = config.reportingCurrency ?? config.instruments[0]?.quote ?? ''
  const cash = typeof config.cash === 'number' ? { [reporting]: config.cash } : config.cash
  return { id, mode, identity, playFromMs, startedMs: nowMs, cash, past }
}

/**
 * A journal is gone on with by the session that began it.
 *
 * @throws KestrelError `LIVE_IDENTITY` where strategies, parameters, instruments or code are others.
 */
export function requireSame(written: SessionStart, { id, mode, identity }: SessionSetup): void {
  const differs = Object.keys({ ...written.identity, ...identity }).find(
    (key) => JSON.stringify(written.identity[key]) !== JSON.stringify(identity[key]),
  )
  if (written.id === id && written.mode === mode && differs === undefined) return
  throw new KestrelError({
    code: 'LIVE_IDENTITY',
    message: `The session ${written.id} was begun as ${written.mode}${differs === undefined ? '' : ` with another ${differs}`}. Nothing was sent.`,
    hint: 'Go on with the same strategy, parameters and instruments, or start a session with another name.',
    meta: { differs, written: differs === undefined ? undefined : written.identity[differs] },
  })
}

async function pastBars({ config, warmupBars }: SessionSetup, ports: SessionPorts, nowMs: TimeMs): Promise<PastBars[]> {
  const needs = probeNeeds(config)
  const unknown = needs.series.find(({ name }) => name !== 'funding')
  if (unknown !== undefined) {
    throw new KestrelError({
      code: 'LIVE_SERIES',
      message: `The strategy reads the series ${unknown.name}, which no live source gives yet. Nothing was started.`,
    })
  }
  const instruments = new Map(config.instruments.map((each) => [each.id, each]))
  return Promise.all(
    needs.feeds.map(async ({ instrument, timeframe }) => {
      const bars = await ports.pastBars(instruments.get(instrument) as Instrument, timeframe, warmupBars, nowMs)
      const count = bars.close.length
      if (count > 0) return { instrument, timeframe, bars: sliceBars(bars, Math.max(0, count - warmupBars), count) }
      throw new KestrelError({
        code: 'LIVE_NO_PAST',
        message: `There are no past ${timeframe} bars of ${instrument} to warm up with. Nothing was started.`,
      })
    }),
  )
}
