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

/** Disks that write this much later. */
const LATE_MS = 400

/** A journal that says "on the disk" when it is not. */
export class LateJournal extends Journal {
  #isDue = false

  override commit(): void {
    if (!(#isDue in this)) {
      super.commit()
      return
    }
    if (this.#isDue) return
    this.#isDue = true
    setTimeout(() => {
      this.#isDue = false
      super.commit()
    }, LATE_MS).unref()
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
    async createOrder(order) {
      try {
        return await gateway.createOrder(order)
      } catch (error) {
        if (!(error instanceof KestrelError) || error.retry !== 'unknown-outcome') throw error
        throw new KestrelError({ code: error.code, message: error.message, retry: 'safe' })
      }
    },
  }
}

function withFillsTwice(gateway: TradingGateway): TradingGateway {
  let told = 0
  const renamed = (fill: VenueFill): VenueFill => ({ ...fill, fillId: `${fill.fillId}-${++told}` })
  return {
    ...gateway,
    fillsSince: async (timeMs, instruments) => (await gateway.fillsSince(timeMs, instruments)).map(renamed),
    streamAccount: (handlers) =>
      gateway.streamAccount({ ...handlers, onFill: (fill) => handlers.onFill(renamed(fill)) }),
  }
}
