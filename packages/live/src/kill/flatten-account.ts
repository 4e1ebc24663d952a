import { setTimeout as wait } from 'node:timers/promises'
import { type Instrument, roundToSteps, stepsToNumber, type TimeMs } from '@kestrel/core'
import type { OutgoingOrder, TradingGateway, VenuePosition } from '@kestrel/kernel'

export interface FlattenOptions {
  /** Only cancels; what is held stays. */
  readonly cancelOnly?: boolean
  /** Spot that is to be sold, base units by instrument; never more than what is free. Perpetuals are always closed. */
  readonly spot?: Readonly<Record<string, number>>
  /** How long it tries, ms. */
  readonly withinMs: number
  /** First part of the client ids of its orders, so that a repeated request is the same order: letters and digits, at most 8. */
  readonly name: string
  readonly nowMs: () => TimeMs
  /** Told of each step. */
  onStep?(text: string): void
}

/** What was done, and what is left. */
export interface FlattenReport {
  /** True when no order is open and nothing is held any more. */
  readonly isFlat: boolean
  readonly cancelled: number
  readonly closed: readonly string[]
  /** What remains, with the reason; empty when flat. */
  readonly remaining: readonly string[]
  readonly tookMs: number
}

const LOOK_MS = 250
/** Looks that find nothing, one after the other, and the time between them. */
const CLEAN_LOOKS = 2
const CLEAN_MS = 1_000

/**
 * Cancels every order and closes every position at a venue, and looks again until there is nothing left or the time is up.
 *
 * It needs the venue and the keys alone: no engine, no journal, no books. Requests whose outcome is unknown are looked at
 * again with the account itself, never repeated blindly: an order to close is reduce-only on perpetuals, and bounded by what
 * is free on spot.
 */
export async function flattenAccount(
  gateway: TradingGateway,
  instruments: readonly Instrument[],
  options: FlattenOptions,
): Promise<FlattenReport> {
  const { withinMs, nowMs, onStep } = options
  const startMs = nowMs()
  const closed: string[] = []
  let cancelled = 0
  let problems: string[] = []
  const begun = new Map<string, number>()
  let cleanLooks = 0
  for (let round = 0; ; round++) {
    problems = []
    const attempt = async (what: string, act: () => Promise<void>): Promise<void> => {
      try {
        await act()
      } catch (error) {
        problems.push(`${what}: ${error instanceof Error ? error.message : String(error)}`)
      }
    }
    let open: Awaited<ReturnType<TradingGateway['openOrders']>> = []
    await attempt('open orders', async () => {
      open = await gateway.openOrders(instruments)
    })
    if (open.length > 0) {
      onStep?.(`cancelling ${open.length} orders`)
      cancelled = Math.max(cancelled, open.length)
      await attempt('cancel', async () => gateway.cancelAll(instruments))
    }
    let held: readonly Holding[] = []
    if (options.cancelOnly !== true) {
      await attempt('positions', async () => {
        held = await holdingsOf(gateway, instruments, options.spot ?? {}, begun)
      })
      for (const [index, holding] of held.entries()) {
        const text = `${holding.instrument.id} ${stepsToNumber(holding.lots, holding.instrument.lot)}`
        onStep?.(`closing ${text}`)
        await attempt(`close ${holding.instrument.id}`, async () => {
          await gateway.createOrder(closingOrder(holding, `${options.name}${code(round)}${code(index)}`))
          closed.push(text)
        })
      }
    }
    const isClean = open.length === 0 && held.length === 0 && problems.length === 0
    cleanLooks = isClean ? cleanLooks + 1 : 0
    // A request that was on its way may land after a look that found nothing.
    const isFlat = cleanLooks >= CLEAN_LOOKS
    const tookMs = nowMs() - startMs
    if (isFlat || tookMs >= withinMs) {
      const remaining = [
        ...open.map(({ instrument, venueOrderId }) => `order ${venueOrderId} of ${instrument.id}`),
        ...held.map(({ instrument, lots }) => `${instrument.id} ${stepsToNumber(lots, instrument.lot)}`),
        ...problems,
      ]
      return { isFlat, cancelled, closed, remaining: isFlat ? [] : remaining, tookMs }
    }
    await wait(isClean ? CLEAN_MS : round === 0 ? 20 : LOOK_MS)
  }
}

interface Holding {
  readonly instrument: Instrument
  /** Signed. */
  readonly lots: number
  readonly positionSide: 'long' | 'short' | undefined
}

async function holdingsOf(
  gateway: TradingGateway,
  instruments: readonly Instrument[],
  spot: Readonly<Record<string, number>>,
  begun: Map<string, number>,
): Promise<Holding[]> {
  const ids = new Set(instruments.map(({ id }) => id))
  const positions: readonly VenuePosition[] = instruments.some(({ kind }) => kind !== 'spot')
    ? await gateway.positions()
    : []
  const out: Holding[] = positions
    .filter(({ instrument, signedLots }) => ids.has(instrument.id) && signedLots !== 0)
    .map(({ instrument, signedLots, side }) => ({
      instrument,
      lots: signedLots,
      positionSide: side === 'net' ? undefined : side,
    }))
  const toSell = instruments.filter(({ id, kind }) => kind === 'spot' && (spot[id] ?? 0) > 0)
  if (toSell.length === 0) return out
  const balances = new Map((await gateway.balances()).map((each) => [each.currency, each]))
  for (const instrument of toSell) {
    const { total = 0, free = total } = balances.get(instrument.base) ?? {}
    if (!begun.has(instrument.id)) begun.set(instrument.id, total)
    // What has been sold already is not sold again: the rest of the balance is somebody else's.
    const sold = Math.max(0, (begun.get(instrument.id) ?? 0) - total)
    const left = Math.min((spot[instrument.id] ?? 0) - sold, free)
    const lots = roundToSteps(Math.max(0, left + 1e-12), instrument.lot, 'down')
    if (lots > 0 && stepsToNumber(lots, instrument.lot) >= instrument.minQuantity) {
      out.push({ instrument, lots, positionSide: undefined })
    }
  }
  return out
}

function closingOrder({ instrument, lots, positionSide }: Holding, clientOrderId: string): OutgoingOrder {
  return {
    clientOrderId,
    instrument,
    side: lots > 0 ? 'sell' : 'buy',
    type: 'market',
    timeInForce: 'GTC',
    postOnly: false,
    reduceOnly: instrument.kind !== 'spot' && positionSide === undefined,
    closePosition: false,
    positionSide,
    quantityLots: Math.abs(lots),
    triggerBy: 'last',
  }
}

function code(value: number): string {
  return value.toString(36).padStart(2, '0')
}
