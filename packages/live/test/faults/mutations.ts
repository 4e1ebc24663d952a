import { KestrelError } from '@kestrel/core'
import type { TradingGateway, VenueFill } from '@kestrel/kernel'
import { Journal } from '../../src/index.ts'

/**
 * Defects put in on purpose, through the ports of a session: a suite that does not find them proves nothing.
 *
 * - `no-look-up`: a request of which nobody knows whether it took effect is sent again.
 * - `no-write-ahead`: orders go out before they are on the disk.
 * - `fills-twice`: what was booked already is booked again.
 */
export type Mutation = 'no-look-up' | 'no-write-ahead' | 'fills-twice'

/** A journal that says "on the disk" of actions that are not: they are lost with the process. */
export class LateJournal extends Journal {
  #hasActions = false

  override append(timeMs: number, kind: string, body: unknown): number {
    this.#hasActions ||= kind === 'action'
    return super.append(timeMs, kind, body)
  }

  override commit(): void {
    if (!(#hasActions in this) || !this.#hasActions) super.commit()
  }

  override close(): void {
    super.commit()
    super.close()
  }
}

/** The gateway with a defect; itself where the defect is another's. */
export function mutatedGateway(gateway: TradingGateway, mutation: Mutation | undefined): TradingGateway {
  if (mutation === 'no-look-up') return withoutLookUp(gateway)
  return mutation === 'fills-twice' ? withFillsTwice(gateway) : gateway
}

function withoutLookUp(gateway: TradingGateway): TradingGateway {
  return {
    ...gateway,
    async createOrder(order, isWanted) {
      try {
        return await gateway.createOrder(order, isWanted)
      } catch (error) {
        if (!(error instanceof KestrelError) || error.retry !== 'unknown-outcome') throw error
        throw new KestrelError({ code: error.code, message: error.message, retry: 'safe' })
      }
    },
  }
}

/** Each report comes twice, and its repetition is not known for one: it names its order, so that nobody asks whether it fits. */
function withFillsTwice(gateway: TradingGateway): TradingGateway {
  const names = new Map<string, string>()
  const twice = (fill: VenueFill): VenueFill[] => {
    const clientOrderId = fill.clientOrderId ?? names.get(fill.venueOrderId)
    return [fill, { ...fill, clientOrderId, fillId: `${fill.fillId}-again` }]
  }
  return {
    ...gateway,
    async createOrder(order, isWanted) {
      const placed = await gateway.createOrder(order, isWanted)
      names.set(placed.venueOrderId, order.clientOrderId)
      return placed
    },
    fillsSince: async (timeMs, instruments) => (await gateway.fillsSince(timeMs, instruments)).flatMap(twice),
    streamAccount: (handlers) =>
      gateway.streamAccount({ ...handlers, onFill: (fill) => twice(fill).forEach((each) => handlers.onFill(each)) }),
  }
}
