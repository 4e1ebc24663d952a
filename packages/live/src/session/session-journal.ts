import { type BarColumns, KestrelError, type TimeMs } from '@kestrel/core'
import type { Journal, JournalEntry } from '../journal/journal.ts'
import type { OrderAction } from '../sending/order-action.ts'
import type { PastBars } from './session-core.ts'
import { packBars, type PackedBars, unpackBars } from './packed-bars.ts'
import type { SessionInput } from './session-input.ts'

/** What a session began with. */
export interface SessionStart {
  readonly id: string
  readonly mode: 'paper' | 'live'
  /** Strategies with parameters and code, instruments, limits: what must be the same when it goes on. */
  readonly identity: Readonly<Record<string, unknown>>
  readonly playFromMs: TimeMs
  /** Tells sessions of one id apart; absent in journals of before. */
  readonly startedMs?: TimeMs
  readonly cash: Readonly<Record<string, number>>
  readonly past: readonly PastBars[]
}

/** What the names of its orders are made from: a session that is begun again under an old id meets no order of the old one. */
export function orderNamesOf({ id, startedMs }: Pick<SessionStart, 'id' | 'startedMs'>): string {
  return startedMs === undefined ? id : `${id} ${startedMs}`
}

/** An input with the actions that it led to, as they were written together. */
export interface RecordedStep {
  readonly seq: number
  readonly timeMs: TimeMs
  readonly input: SessionInput
  readonly actions: readonly OrderAction[]
}

/**
 * The journal of a session. An input and the actions that it led to are one transaction: after a crash either all of it was
 * or none of it.
 */
export class SessionJournal {
  readonly #journal: Journal

  constructor(journal: Journal) {
    this.#journal = journal
  }

  get lastSeq(): number {
    return this.#journal.lastSeq
  }

  /** Undefined in a new journal. */
  start(): SessionStart | undefined {
    const [entry] = this.#journal.entries(['start'])
    if (entry === undefined) return undefined
    const { past, ...rest } = JSON.parse(entry.body) as Omit<SessionStart, 'past'> & { past: WrittenBars[] }
    return {
      ...rest,
      past: past.map(({ instrument, timeframe, bars }) => ({ instrument, timeframe, bars: columnsOf(bars) })),
    }
  }

  begin(timeMs: TimeMs, start: SessionStart): void {
    const past = start.past.map(({ instrument, timeframe, bars }) => ({
      instrument,
      timeframe,
      bars: Object.fromEntries(Object.entries(bars).map(([name, column]) => [name, [...column]])),
    }))
    this.#journal.append(timeMs, 'start', { ...start, past })
    this.#journal.commit()
  }

  /** Writes an input with its actions. It is on the disk when this returns where there are actions. */
  step(timeMs: TimeMs, input: SessionInput, actions: readonly OrderAction[]): void {
    this.#journal.append(timeMs, 'input', writtenOf(input))
    for (const action of actions) this.#journal.append(timeMs, 'action', action)
    if (actions.length > 0) this.#journal.commit()
  }

  /** Writes something for the record. */
  note(timeMs: TimeMs, kind: string, body: Readonly<Record<string, unknown>>): void {
    this.#journal.append(timeMs, `note:${kind}`, body)
  }

  commit(): void {
    this.#journal.commit()
  }

  /** As {@link Journal.giveUp}. */
  giveUp(): void {
    this.#journal.giveUp()
  }

  /**
   * Everything that was taken in, in order.
   *
   * @throws KestrelError `LIVE_JOURNAL` for a row that cannot be read.
   */
  steps(): Generator<RecordedStep> {
    return stepsOf(this.#journal.entries(STEP_KINDS))
  }

  /**
   * The same, where the hash of each row, and of all between, is checked before it is given.
   *
   * @throws KestrelError `LIVE_JOURNAL_BROKEN` too.
   */
  verifiedSteps(): Generator<RecordedStep> {
    return stepsOf(this.#journal.verifiedEntries(STEP_KINDS))
  }

  /** Notes of a kind, oldest first. */
  *notes(kind: string): Generator<Readonly<Record<string, unknown>>> {
    for (const { note } of this.numberedNotes(kind)) yield note
  }

  /** The same with the numbers of their rows. */
  *numberedNotes(kind: string): Generator<{ readonly seq: number; readonly note: Readonly<Record<string, unknown>> }> {
    for (const { seq, body } of this.#journal.entries([`note:${kind}`])) {
      yield { seq, note: parse(body, seq) as Readonly<Record<string, unknown>> }
    }
  }
}

const STEP_KINDS = ['input', 'action']

function* stepsOf(entries: Iterable<JournalEntry>): Generator<RecordedStep> {
  let step: { seq: number; timeMs: TimeMs; input: SessionInput; actions: OrderAction[] } | undefined
  for (const { seq, timeMs, kind, body } of entries) {
    const parsed = parse(body, seq)
    if (kind === 'input') {
      if (step !== undefined) yield step
      step = { seq, timeMs, input: inputOf(parsed as WrittenInput), actions: [] }
    } else step?.actions.push(parsed as OrderAction)
  }
  if (step !== undefined) yield step
}

type BarsInput = Extract<SessionInput, { kind: 'bars' }>
/** An input as JSON. */
type WrittenInput = Exclude<SessionInput, BarsInput> | (Omit<BarsInput, 'bars'> & { readonly bars: PackedBars })

function writtenOf(input: SessionInput): WrittenInput {
  return input.kind === 'bars' ? { ...input, bars: packBars(input.bars) } : input
}

function inputOf(written: WrittenInput): SessionInput {
  return written.kind === 'bars' ? { ...written, bars: unpackBars(written.bars) } : written
}

type WrittenBars = Omit<PastBars, 'bars'> & { readonly bars: Record<keyof BarColumns, number[]> }

function columnsOf(bars: Record<keyof BarColumns, number[]>): BarColumns {
  return Object.fromEntries(
    Object.entries(bars).map(([name, values]) => [name, Float64Array.from(values)]),
  ) as unknown as BarColumns
}

function parse(body: string, seq: number): unknown {
  try {
    return JSON.parse(body)
  } catch (cause) {
    throw new KestrelError({
      code: 'LIVE_JOURNAL',
      message: `Row ${seq} of the journal cannot be read. Nothing was sent.`,
      hint: 'Start a new session: it reconciles with the venue first.',
      meta: { seq },
      cause,
    })
  }
}
