import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRng, numberToSteps } from '@kestrel/core'
import type { FaultPlayer, LocalExchange } from '@kestrel/testkit'
import type { LiveSession } from '../../src/index.ts'
import { compareBooks } from './compare-books.ts'
import type { Ending, FaultCase } from './fault-case.ts'
import { keysOf, MINUTE, type SessionPlace } from './fault-session.ts'
import { FAULT_VENUES, START_BALANCES, START_PRICE } from './fault-venue.ts'
import { hostHere, hostInChild, type SessionHost } from './session-host.ts'

/** How long what is under way may take to end once nothing goes wrong any more. */
const END_MS = 15_000
/** Differences that last so long are none of time. */
const STAYS_MS = 3_000

/** What went wrong depends on timing, too: a long run keeps the journals of it. */
const KEEPS = process.env['KESTREL_FAULT_KEEP'] === '1'

/** A session cannot go on with a position that somebody else has closed. */
const CLOSED_BY_HAND = /position .* refused .*were closed by somebody else/

export interface FaultOutcome {
  readonly seed: number
  /** What is wrong; empty where nothing is. */
  readonly problems: readonly string[]
  readonly orders: number
  readonly fills: number
  /** Faults that struck, of those drawn. */
  readonly struck: number
  readonly drawn: number
  /** Processes that died by SIGKILL. */
  readonly kills: number
  /** Of these, how many died at a point of their own work. */
  readonly hits: number
  /** 1 where somebody closed what the session holds, so that it refuses to go on, with a table. */
  readonly refused: number
}

/**
 * Runs a session with the real client against an exchange while things go wrong, then compares: no order lost, none
 * doubled, and the books equal the exchange's.
 *
 * @param exchange - Started for the case's venue; nobody else uses it meanwhile.
 */
export async function runFaultCase(exchange: LocalExchange, test: FaultCase): Promise<FaultOutcome> {
  const folder = mkdtempSync(join(tmpdir(), 'kestrel-fault-'))
  const run = new FaultRun(exchange, test, folder)
  const outcome = await run.run().catch((error: unknown): FaultOutcome => {
    const isTaken =
      test.schedule.faults.some(({ name }) => name === 'manual-order') && CLOSED_BY_HAND.test(String(error))
    if (isTaken) return { ...run.counts(), refused: 1, problems: [] }
    return { ...run.counts(), problems: [`it threw: ${String(error)}`] }
  })
  await run.end()
  if (KEEPS && outcome.problems.length > 0) {
    return { ...outcome, problems: [...outcome.problems, `its journal is kept in ${folder}`] }
  }
  rmSync(folder, { recursive: true, force: true })
  return outcome
}

class FaultRun {
  readonly #test: FaultCase
  readonly #venue: ReturnType<LocalExchange['venue']>
  readonly #place: SessionPlace
  #host: SessionHost | undefined
  #player: FaultPlayer | undefined
  #kills = 0
  #hits = 0
  #orders = 0
  #fills = 0

  constructor(exchange: LocalExchange, test: FaultCase, folder: string) {
    this.#test = test
    this.#venue = exchange.venue(FAULT_VENUES[test.venue].local)
    this.#place = { test, url: this.#venue.url, folder }
  }

  counts(): Omit<FaultOutcome, 'problems'> {
    const { seed, schedule } = this.#test
    const struck = new Set(this.#player?.struck.map(({ fault }) => fault)).size
    const drawn = schedule.faults.length
    return {
      seed,
      orders: this.#orders,
      fills: this.#fills,
      struck,
      drawn,
      kills: this.#kills,
      hits: this.#hits,
      refused: 0,
    }
  }

  async run(): Promise<FaultOutcome> {
    const { seed, schedule, bars, endings } = this.#test
    const accountId = `account-${seed}`
    this.#venue.exchange.openAccount({
      ...keysOf(this.#test),
      accountId,
      balances: START_BALANCES,
      unified: this.#test.venue === 'bybit',
    })
    this.#setPrice(START_PRICE)
    const waiting = [...endings]
    let closeTimeMs = await this.#open(waiting, 0)
    let price = START_PRICE
    const rng = createRng(seed).stream('price')
    this.#player = this.#venue.play(schedule)
    let lastBar = bars
    for (let bar = 0; bar < lastBar; bar++) {
      const open = price
      price = this.#test.prices?.[bar] ?? Math.round(price * Math.exp(0.003 * rng.nextNormal()))
      this.#setPrice(price)
      const row = { open, high: Math.max(open, price), low: Math.min(open, price), close: price, volume: 1_000 }
      const openTimeMs = closeTimeMs
      closeTimeMs += MINUTE
      this.#host?.bar({ openTimeMs, closeTimeMs, ...row })
      const waitMs = this.#test.barWaitMs ?? 20 + Math.floor(rng.nextFloat() * 60)
      const ending = waiting[0]?.afterBar === bar ? waiting.shift() : undefined
      if (ending?.how === 'signal') await pause(ending.delayMs)
      else await this.#pauseWhileAlive(ending?.how === 'point' ? (this.#test.pointWaitMs ?? 250) : waitMs)
      if (ending !== undefined || this.#host?.isAlive === false) {
        if (ending?.how !== 'signal' && this.#host?.isAlive === false) {
          this.#hits++
          if (ending === undefined) waiting.shift()
          // What comes after is for the recovery alone.
          if (this.#test.pointWaitMs !== undefined) lastBar = Math.min(lastBar, bar + 3)
        }
        await this.end()
        if (ending?.priceAway !== undefined) {
          price = ending.priceAway
          this.#setPrice(price)
        }
        closeTimeMs = Math.max(closeTimeMs, await this.#open(waiting, bar + 1))
      }
    }
    this.#venue.play(undefined)
    const { session } = await this.#settled()
    const problems = await this.#problems(session)
    const records = session.core.records()
    this.#orders = records.orders().length
    this.#fills = records.fills().length
    return { ...this.counts(), problems }
  }

  /** Ends what runs, if anything does. */
  async end(): Promise<void> {
    const host = this.#host
    this.#host = undefined
    if (host === undefined) return
    if (!('session' in host)) this.#kills++
    await host.end()
  }

  /** Opens the session where the next ending wants it. Gives the close of the last bar that it knows. */
  async #open(waiting: Ending[], fromBar: number): Promise<number> {
    for (let tried = 0; ; tried++) {
      const ending = waiting[0]
      const kill = ending?.how === 'point' ? ending.kill : undefined
      const isHere = ending === undefined || ending.how === 'reopen' || ending.afterBar < fromBar
      // A process that died at its start is started again without the order to die.
      const place = kill === undefined || tried > 0 ? this.#place : { ...this.#place, kill }
      this.#host = await (isHere ? hostHere(this.#place) : hostInChild(place))
      if (this.#host.isAlive) return this.#host.playedToMs
      this.#hits++
      if (tried === 0 && kill !== undefined) waiting.shift()
      await this.end()
    }
  }

  /** What is under way comes to its end; then it starts once more, since a start is the strictest comparison there is. */
  async #settled(): Promise<{ readonly session: LiveSession }> {
    if (this.#host !== undefined && 'session' in this.#host) {
      await Promise.race([(this.#host.session as LiveSession).settled(), pause(END_MS)])
    }
    await this.end()
    const last = await hostHere(this.#place)
    this.#host = last
    await Promise.race([last.session.settled(), pause(END_MS)])
    return last
  }

  /** What the start made strategies send is still on its way: differences count once they stay. */
  async #problems(session: LiveSession): Promise<readonly string[]> {
    const untilMs = performance.now() + STAYS_MS
    for (;;) {
      const problems = compareBooks(session, this.#venue.exchange, this.#test)
      if (problems.length === 0 || performance.now() > untilMs) return problems
      await pause(50)
      await Promise.race([session.settled(), pause(STAYS_MS)])
    }
  }

  #setPrice(price: number): void {
    const { exchange } = this.#venue
    for (const market of exchange.markets.values()) {
      const ticks = numberToSteps(price, market.tick, 'price')
      exchange.setTouch(market.id, ticks, ticks, ticks)
    }
  }

  async #pauseWhileAlive(ms: number): Promise<void> {
    const untilMs = performance.now() + ms
    while (performance.now() < untilMs && this.#host?.isAlive === true) await pause(10)
  }
}

async function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
