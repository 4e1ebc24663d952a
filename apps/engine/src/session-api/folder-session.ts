import { existsSync } from 'node:fs'
import {
  type ActionRequest,
  type ActionResult,
  type Balance,
  decimalOf,
  type EquityPoint,
  type EquityQuery,
  type FeedStatus,
  type Fill,
  type Order,
  type OrderQuery,
  type Page,
  type PageQuery,
  type Position,
  type RiskState,
  type Session,
  type SessionEvent,
} from '@kestrel/contracts'
import { ApiRequestError } from '../api/api-error.ts'
import type { Actor, SessionHandle } from '../api/session-directory.ts'
import type { CommandContext } from '../cli/command-context.ts'
import { type ControlCommand, SessionControl } from '../session/session-control.ts'
import { readDescriptor, type SessionFolder, sessionFolder } from '../session/session-descriptor.ts'
import { writeHalt } from '../session/session-halt.ts'
import { isRunning, readStatus, type SessionStatus } from '../session/session-status.ts'
import { feedsOf, fillOf, ordersOf, positionsOf, riskOf, sessionOf, type SessionState } from './describe-for-api.ts'
import { apiEventOf } from './api-event.ts'
import { EventTail } from './recorded-events.ts'
import { thinnedEquity } from './thinned-equity.ts'

const ANSWER_MS = 5_000

/** A session that runs in a process of its own, as its folder tells of it; actions go through its control file. */
export class FolderSession implements SessionHandle {
  readonly id: string
  readonly #context: CommandContext
  readonly #folder: SessionFolder
  readonly #tail: EventTail
  readonly #fills: Fill[] = []
  /** Read for an answer, and not yet told. */
  readonly #unread: SessionEvent[] = []
  #peak = -Infinity
  readonly #equity: { readonly timeMs: number; readonly equity: number }[] = []

  constructor(context: CommandContext, id: string) {
    this.id = id
    this.#context = context
    this.#folder = sessionFolder(context, id)
    this.#tail = new EventTail(this.#folder.events)
  }

  /** What its folder says now. A status that is damaged is a problem of this session, and of no other. */
  state(): SessionState {
    const [status, problem] = this.#status()
    return {
      descriptor: readDescriptor(this.#context, this.id),
      status,
      isRunning: isRunning(status, this.#context.clock.nowMs()),
      isHalted: existsSync(this.#folder.halt),
      problem,
    }
  }

  #status(): readonly [status: SessionStatus | undefined, problem: string] {
    try {
      return [readStatus(this.#folder.status), '']
    } catch (error) {
      return [undefined, error instanceof Error ? error.message : String(error)]
    }
  }

  /** What happened since the last call. */
  news(): readonly SessionEvent[] {
    const waiting = this.#unread.splice(0)
    return [...waiting, ...this.#read()]
  }

  #read(): readonly SessionEvent[] {
    return this.#tail.read().flatMap((event) => {
      let drawdown = 0
      if (event.kind === 'fill') this.#fills.push(fillOf(this.id, event.fill, event.timeMs))
      else if (event.kind === 'equity') {
        const { timeMs, equity } = event
        this.#equity.push({ timeMs, equity })
        this.#peak = Math.max(this.#peak, equity)
        drawdown = this.#peak > 0 ? equity / this.#peak - 1 : 0
      }
      const told = apiEventOf(this.id, event, drawdown)
      return told === undefined ? [] : [told]
    })
  }

  async session(): Promise<Session> {
    return sessionOf(this.state())
  }

  async orders({ state, ...query }: OrderQuery): Promise<Page<Order>> {
    // Closed ones are in the journal, which belongs to the session alone; what they filled is among the fills.
    const open = state === 'closed' ? [] : ordersOf(this.state())
    return pageOf(open.reverse(), query, ({ createdTimeMs }) => createdTimeMs)
  }

  async fills(query: PageQuery): Promise<Page<Fill>> {
    this.#unread.push(...this.#read())
    return pageOf(this.#fills.toReversed(), query, ({ tsEventMs }) => tsEventMs)
  }

  async positions(): Promise<Position[]> {
    return positionsOf(this.state())
  }

  /** Held by the session alone, and not told. */
  async balances(): Promise<Balance[]> {
    return []
  }

  async equity(query: EquityQuery): Promise<EquityPoint[]> {
    this.#unread.push(...this.#read())
    return thinnedEquity(this.#equity, query).map(({ timeMs, equity, drawdown }) => ({
      timeMs,
      equity: decimalOf(equity),
      drawdown,
    }))
  }

  async feeds(): Promise<FeedStatus[]> {
    return feedsOf(this.state(), this.#context.clock.nowMs())
  }

  async risk(): Promise<RiskState> {
    return riskOf(this.state())
  }

  async act({ action, reason }: ActionRequest, { user }: Actor): Promise<ActionResult> {
    const nowMs = this.#context.clock.nowMs()
    const result = { sessionId: this.id, action, effects: [], timeMs: nowMs }
    const why = `${reason === '' ? 'asked for' : reason} (${user} through the API)`
    if (action === 'halt') {
      // It looks at this file before each order, and needs no more than that, not even to be alive.
      writeHalt(this.#folder, 'halt', nowMs)
      return { ...result, outcome: 'done', detail: 'It sends nothing until it is resumed.' }
    }
    if (!this.state().isRunning) {
      throw new ApiRequestError({
        statusCode: 409,
        code: 'SESSION_NOT_RUNNING',
        message: `${this.id} is not running. Nothing was done.`,
        hint:
          action === 'flatten'
            ? `This needs no session: kestrel bot flatten ${this.id}`
            : 'kestrel bot list shows what is.',
        meta: { session: this.id },
      })
    }
    using control = new SessionControl(this.#folder.control)
    const command: ControlCommand = action
    const answer = await control.answer(control.ask(command, why, nowMs), ANSWER_MS)
    if (answer !== undefined) {
      return { ...result, outcome: answer.isRefused ? 'refused' : 'accepted', detail: answer.text }
    }
    throw new ApiRequestError({
      statusCode: 504,
      code: 'SESSION_SILENT',
      message: `${this.id} did not answer within ${ANSWER_MS / 1_000} s. The command was taken back.`,
      hint: `It may hang. This needs nobody's answer: kestrel bot flatten ${this.id}`,
      meta: { session: this.id },
      retry: 'safe',
    })
  }
}

/** A page of a list that is newest first; the cursor is the number of items before it, counted from the oldest. */
function pageOf<Item extends { readonly instrumentId: string; readonly strategy: string }>(
  items: readonly Item[],
  { limit, cursor, instrument, strategy, fromMs = -Infinity, toMs = Infinity }: PageQuery,
  timeOf: (item: Item) => number,
): Page<Item> {
  const wanted = items.filter(
    (item) =>
      (instrument === undefined || item.instrumentId === instrument) &&
      (strategy === undefined || item.strategy === strategy) &&
      timeOf(item) >= fromMs &&
      timeOf(item) < toMs,
  )
  // Counted from the oldest, so that what comes in meanwhile moves nothing.
  const left = cursor === undefined ? wanted.length : Number(cursor)
  const start = Number.isInteger(left) && left >= 0 ? Math.max(0, wanted.length - left) : wanted.length
  const page = wanted.slice(start, start + limit)
  const after = wanted.length - start - page.length
  return { items: page, nextCursor: after > 0 ? String(after) : null }
}
