import type { Clock, TimeMs } from '@kestrel/core'
import type { StreamStatus } from '@kestrel/kernel'
import type { SessionNotices } from './session-notices.ts'

/** How long a stream may be down before somebody is told: most come back by themselves. */
const DOWN_TO_ALARM_MS = 30_000
/** Looks in a row that fail before an account counts as one that cannot be seen. */
const LOOKS_TO_ALARM = 3

/** How well a session knows an account. */
export interface AccountStatus {
  readonly venue: string
  /** Its stream is there, and looks at it succeed. */
  readonly isConnected: boolean
  /** Our time up to which what it says is known: by its stream and by the last look, the older of the two. */
  readonly lastSeenMs: TimeMs
  /** Connections of its stream after the first. */
  readonly reconnects: number
  /** What is wrong, in words; `connected` where nothing is. */
  readonly detail: string
}

interface Watched {
  /** Undefined while the stream is there. */
  downSinceMs: TimeMs | undefined
  reconnects: number
  detail: string
  lastLookMs: TimeMs
  /** Undefined while nobody looks. */
  lookingSinceMs: TimeMs | undefined
  failedLooks: number
  lookProblem: string
  hasToldStream: boolean
  hasToldLooks: boolean
}

/** Whether the accounts are heard and can be looked at. Tells somebody where one is neither, and when it is again. */
export class AccountWatch {
  readonly #accounts = new Map<string, Watched>()
  readonly #everyMs: number
  readonly #notices: SessionNotices
  readonly #clock: Clock
  readonly #isRunning: () => boolean

  /** @param everyMs - The time between looks. */
  constructor(everyMs: number, notices: SessionNotices, clock: Clock, isRunning: () => boolean) {
    this.#everyMs = everyMs
    this.#notices = notices
    this.#clock = clock
    this.#isRunning = isRunning
  }

  /** False while one of the accounts is not heard or cannot be seen, and before its stream has said that it is there. */
  get isConnected(): boolean {
    for (const each of this.#accounts.values()) if (!isWell(each)) return false
    return true
  }

  status(): readonly AccountStatus[] {
    const nowMs = this.#clock.nowMs()
    return [...this.#accounts].map(([venue, each]) => ({
      venue,
      isConnected: isWell(each),
      lastSeenMs: Math.min(each.downSinceMs ?? nowMs, each.lastLookMs),
      reconnects: each.reconnects,
      detail: isBlind(each) ? `it cannot be looked at: ${each.lookProblem}` : each.detail,
    }))
  }

  /** An account is listened to from here on. The start has just looked at it. */
  begin(venue: string): void {
    const nowMs = this.#clock.nowMs()
    this.#accounts.set(venue, {
      downSinceMs: nowMs,
      reconnects: 0,
      detail: 'connecting',
      lastLookMs: nowMs,
      lookingSinceMs: undefined,
      failedLooks: 0,
      lookProblem: '',
      hasToldStream: false,
      hasToldLooks: false,
    })
  }

  hearStream(venue: string, { isConnected, reconnects, detail }: StreamStatus): void {
    const account = this.#accounts.get(venue)
    if (account === undefined) return
    const { downSinceMs } = account
    const nowMs = this.#clock.nowMs()
    account.reconnects = reconnects
    account.detail = detail === '' && isConnected ? 'connected' : detail
    account.downSinceMs = isConnected ? undefined : (downSinceMs ?? nowMs)
    if (!isConnected || !account.hasToldStream) return
    account.hasToldStream = false
    const message = `The stream of the account at ${venue} is back after ${seconds(nowMs - (downSinceMs ?? nowMs))}.`
    this.#tell('info', 'LIVE_ACCOUNT_STREAM', message)
  }

  looking(venue: string): void {
    const account = this.#accounts.get(venue)
    if (account !== undefined) account.lookingSinceMs = this.#clock.nowMs()
  }

  /** @param problem - Why a look failed; undefined where it did not. */
  looked(venue: string, problem: string | undefined): void {
    const account = this.#accounts.get(venue)
    if (account === undefined) return
    account.lookingSinceMs = undefined
    if (problem === undefined) {
      account.lastLookMs = this.#clock.nowMs()
      account.failedLooks = 0
      if (!account.hasToldLooks) return
      account.hasToldLooks = false
      this.#tell('info', 'LIVE_ACCOUNT_UNSEEN', `The account at ${venue} can be looked at again.`)
      return
    }
    account.failedLooks++
    account.lookProblem = problem
    if (account.failedLooks < LOOKS_TO_ALARM) return
    this.#tellUnseen(venue, account, `${LOOKS_TO_ALARM} looks in a row failed, the last one with: ${problem}`)
  }

  /** Does what time brings. */
  observe(): void {
    const nowMs = this.#clock.nowMs()
    for (const [venue, account] of this.#accounts) {
      const { downSinceMs = Infinity, lookingSinceMs = Infinity, detail } = account
      if (nowMs - downSinceMs >= DOWN_TO_ALARM_MS && !account.hasToldStream) {
        account.hasToldStream = true
        const message = `The stream of the account at ${venue} is down for ${seconds(nowMs - downSinceMs)}: ${detail}. What happens there is found by requests, late.`
        this.#tell('critical', 'LIVE_ACCOUNT_STREAM', message)
      }
      const lookingMs = nowMs - lookingSinceMs
      if (lookingMs >= LOOKS_TO_ALARM * this.#everyMs) {
        account.failedLooks = Math.max(account.failedLooks, LOOKS_TO_ALARM)
        account.lookProblem = 'no answer'
        this.#tellUnseen(venue, account, `a look has had no answer for ${seconds(lookingMs)}`)
      }
    }
  }

  #tellUnseen(venue: string, account: Watched, why: string): void {
    if (account.hasToldLooks) return
    account.hasToldLooks = true
    const message = `The account at ${venue} cannot be looked at: ${why}. What it holds is not compared with the books.`
    this.#tell('critical', 'LIVE_ACCOUNT_UNSEEN', message)
  }

  #tell(severity: 'info' | 'critical', code: string, message: string): void {
    if (this.#isRunning()) this.#notices.alarm(severity, code, message)
  }
}

function isBlind({ failedLooks }: Watched): boolean {
  return failedLooks >= LOOKS_TO_ALARM
}

function isWell(account: Watched): boolean {
  return account.downSinceMs === undefined && !isBlind(account)
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1_000)} s`
}
