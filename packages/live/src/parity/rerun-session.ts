import {
  type BarColumns,
  type Instrument,
  type InstrumentId,
  type SeriesColumns,
  timeframeMs,
  type Timeframe,
} from '@kestrel/core'
import {
  type BacktestConfig,
  type BacktestData,
  prepareData,
  resolveConfig,
  type Simulation,
  simulate,
} from '@kestrel/backtest'
import type { BarRow, RunRecords } from '@kestrel/kernel'
import type { AbsentStop } from './circumstances.ts'
import { SessionCore } from '../session/session-core.ts'
import type { SessionInput } from '../session/session-input.ts'
import { orderNamesOf, type RecordedStep, type SessionJournal, type SessionStart } from '../session/session-journal.ts'

/** What a session took in, as the market of a backtest. */
interface RecordedMarket {
  readonly data: BacktestData
  /** Instants that were played without all of their bars, or live more than a bar after they were over. */
  readonly lateBarsMs: readonly number[]
  /** First and last instant that was played. */
  readonly fromMs: number
  readonly toMs: number
}

/** A session and the backtest of the same window. */
export interface Rerun {
  readonly start: SessionStart
  readonly session: RunRecords
  readonly backtest: Simulation
  readonly instruments: readonly Instrument[]
  readonly timeframe: Timeframe
  readonly market: RecordedMarket
  /** Commands that the session was given. */
  readonly commands: readonly Extract<SessionInput, { kind: 'command' }>[]
  readonly absentStops: readonly AbsentStop[]
}

/**
 * Plays a session again from its journal, and the same window in the backtester.
 *
 * @param config - The configuration of the session; cash and start are those of the journal.
 * @throws as a backtest; KestrelError `LIVE_JOURNAL_DIVERGED` where the program has changed since.
 */
export function rerunSession(journal: SessionJournal, config: Omit<BacktestConfig, 'playFromMs'>): Rerun | undefined {
  const start = journal.start()
  if (start === undefined) return undefined
  const market = new MarketRecorder(start)
  const commands: Extract<SessionInput, { kind: 'command' }>[] = []
  const core = playAgain(journal, start, config, ({ timeMs, input }) => {
    market.take(input)
    // On paper a file may be played at any time; live what is decided late meets another market.
    const isLate = input.kind === 'play' && timeMs - input.untilMs > timeframeMs(config.timeframe)
    if (isLate && start.mode === 'live') market.lateBarsMs.push(input.untilMs)
    if (input.kind === 'command') commands.push(input)
  })
  for (const { timeMs } of journal.notes('late-bars')) market.lateBarsMs.push(timeMs as number)
  const recorded = market.recorded()
  const resolved = resolveConfig({ ...config, cash: start.cash, playFromMs: start.playFromMs })
  const backtest = simulate(resolved, prepareData(resolved, recorded.data), resolved.fill)
  const { instruments, timeframe } = config
  const absences = core.venue?.missing.absences() ?? []
  const absentStops = absences.map(({ order, ...each }) => ({ ...core.kernel.desk.record(order), ...each }))
  return { start, session: core.records(), backtest, instruments, timeframe, market: recorded, commands, absentStops }
}

/**
 * What a session did, by its journal; undefined for one that has not begun.
 *
 * @throws as {@link rerunSession}
 */
export function sessionRecords(
  journal: SessionJournal,
  config: Omit<BacktestConfig, 'playFromMs'>,
): RunRecords | undefined {
  const start = journal.start()
  return start === undefined ? undefined : playAgain(journal, start, config).records()
}

function playAgain(
  journal: SessionJournal,
  start: SessionStart,
  config: Omit<BacktestConfig, 'playFromMs'>,
  onStep?: (step: RecordedStep) => void,
): SessionCore {
  const { id, mode, past, cash, playFromMs } = start
  const full: BacktestConfig = { ...config, cash, playFromMs }
  const core = new SessionCore({ id, orderNames: orderNamesOf(start), mode, config: full, past }, () => undefined)
  core.begin()
  for (const step of journal.steps()) {
    if (step.input.kind !== 'end') {
      core.actions.replay(step.actions)
      core.apply(step.input)
      core.actions.endReplay()
    }
    onStep?.(step)
  }
  return core
}

type Rows = Record<keyof BarColumns, number[]>
const COLUMNS = ['openTimeMs', 'closeTimeMs', 'open', 'high', 'low', 'close', 'volume'] as const

/** Collects what a session took in. */
class MarketRecorder {
  readonly lateBarsMs: number[] = []
  readonly #bars = new Map<string, Rows>()
  readonly #funding = new Map<InstrumentId, { timeMs: number[]; rate: number[]; mark: number[] }>()
  readonly #fromMs: number
  #toMs: number

  constructor({ past, playFromMs }: SessionStart) {
    this.#fromMs = this.#toMs = playFromMs
    for (const { instrument, timeframe, bars } of past) {
      this.#bars.set(
        `${instrument} ${timeframe}`,
        Object.fromEntries(COLUMNS.map((name) => [name, [...bars[name]]])) as unknown as Rows,
      )
    }
  }

  take(input: SessionInput): void {
    if (input.kind === 'bar') {
      const rows = this.#bars.get(`${input.instrument} ${input.timeframe}`)
      for (const name of COLUMNS) rows?.[name].push(input.bar[name as keyof BarRow])
    } else if (input.kind === 'bars') {
      const rows = this.#bars.get(`${input.instrument} ${input.timeframe}`)
      for (const name of COLUMNS) for (const value of input.bars[name]) rows?.[name].push(value)
    } else if (input.kind === 'funding') {
      const rows = this.#funding.get(input.instrument) ?? { timeMs: [], rate: [], mark: [] }
      rows.timeMs.push(input.timeMs)
      rows.rate.push(input.rate)
      rows.mark.push(input.markPrice ?? Number.NaN)
      this.#funding.set(input.instrument, rows)
    } else if (input.kind === 'play') this.#toMs = input.untilMs
  }

  recorded(): RecordedMarket {
    const bars = new Map<string, BarColumns>()
    for (const [key, rows] of this.#bars) {
      bars.set(
        key,
        Object.fromEntries(COLUMNS.map((name) => [name, Float64Array.from(rows[name])])) as unknown as BarColumns,
      )
    }
    const series = (id: InstrumentId, name: 'rate' | 'mark'): SeriesColumns => {
      const { timeMs, rate, mark } = this.#funding.get(id) ?? { timeMs: [], rate: [], mark: [] }
      const times = Float64Array.from(timeMs)
      const values = Float64Array.from(name === 'rate' ? rate : mark)
      return {
        tsEventMs: times,
        knowableTimeMs: times,
        values: name === 'rate' ? { rate: values } : { open: values, high: values, low: values, close: values },
      }
    }
    const hasFunding = (id: InstrumentId): boolean => id.includes('-PERP.')
    return {
      data: {
        bars: (id, timeframe) => bars.get(`${id} ${timeframe}`),
        funding: (id) => (hasFunding(id) ? series(id, 'rate') : undefined),
        mark: (id) => (hasFunding(id) ? series(id, 'mark') : undefined),
      },
      lateBarsMs: this.lateBarsMs,
      fromMs: this.#fromMs,
      toMs: this.#toMs,
    }
  }
}
