import { type Clock, stepsToNumber } from '@kestrel/core'
import type { OutgoingOrder, Subscription, TradingGateway, VenueFill, VenueOrder } from '@kestrel/kernel'
import { L1_INSTRUMENT, L1_PRICE } from './bench-session.ts'

/** An account in this process that takes orders at the market alone and fills each at once, at one price. */
export function memoryGateway(clock: Clock): TradingGateway {
  const orders = new Map<string, VenueOrder>()
  const fills: VenueFill[] = []
  let lots = 0
  let cash = 10_000_000

  const fill = (outgoing: OutgoingOrder): VenueOrder => {
    const { clientOrderId, instrument, side, type, quantityLots } = outgoing
    const venueOrderId = String(orders.size + 1)
    const amount = stepsToNumber(quantityLots, instrument.lot) * L1_PRICE * instrument.takerFeeRate
    const tsEventMs = clock.nowMs()
    const same = { venueOrderId, clientOrderId, instrument, side, tsEventMs }
    const order: VenueOrder = {
      ...same,
      type,
      state: 'filled',
      quantityLots,
      filledLots: quantityLots,
      averagePrice: L1_PRICE,
      limitTicks: undefined,
      triggerTicks: undefined,
      reduceOnly: false,
      isTriggered: false,
      reason: '',
    }
    lots += side === 'buy' ? quantityLots : -quantityLots
    cash -= amount
    orders.set(clientOrderId, order)
    const fee = { currency: instrument.quote, amount }
    fills.push({ ...same, fillId: venueOrderId, lots: quantityLots, price: L1_PRICE, fee, liquidity: 'taker' })
    return order
  }
  const refuse = async (): Promise<never> => {
    throw new Error('The venue of the benchmark does not do this.')
  }
  const unknown = (): never => {
    throw new Error('The venue of the benchmark states no terms.')
  }
  let hear: (fill: VenueFill) => void = () => undefined

  return {
    venue: L1_INSTRUMENT.venue,
    accountId: 'memory',
    ownAccountId: async () => undefined,
    abilities: {
      orderTypes: ['market'],
      timesInForce: ['GTC', 'IOC', 'FOK'],
      amendsInPlace: false,
      hasReduceOnly: false,
      hasClosePosition: false,
      hasHedgeMode: false,
      hasDeadManTimer: false,
      fillHistoryMs: 86_400_000,
    },
    connect: async () => undefined,
    close: async () => undefined,
    clockSkewMs: () => 0,
    keyRights: async () => ({ canTrade: true, canWithdraw: false }),
    specOf: unknown,
    know: () => undefined,
    async createOrder(order) {
      const filled = fill(order)
      // As venues do: the stream tells of the fill, the answer of the order.
      hear(fills.at(-1) as VenueFill)
      return filled
    },
    cancelOrder: refuse,
    cancelAll: refuse,
    amendOrder: refuse,
    findOrder: async ({ clientOrderId }) => orders.get(clientOrderId),
    openOrders: async () => [],
    fillsSince: async (timeMs) => fills.slice(fills.findLastIndex(({ tsEventMs }) => tsEventMs < timeMs) + 1),
    balances: async () => [{ currency: L1_INSTRUMENT.settleCurrency, total: cash, free: cash }],
    async positions() {
      const none = { entryPrice: L1_PRICE, markPrice: L1_PRICE, liquidationPrice: undefined }
      const held = { instrument: L1_INSTRUMENT, side: 'net', signedLots: lots, ...none } as const
      return lots === 0 ? [] : [{ ...held, leverage: undefined, marginMode: undefined }]
    },
    fundingSince: async () => [],
    setLeverage: async () => undefined,
    setPositionMode: async () => undefined,
    armDeadManTimer: async () => undefined,
    streamAccount(handlers): Subscription {
      hear = (each) => handlers.onFill(each)
      return { close: async () => undefined }
    },
  }
}
