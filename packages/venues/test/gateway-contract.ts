/**
 * What every venue behind the trading port must do, on the local exchange with the unmodified ccxt client.
 *
 * Long because it is one contract, read from its top to its end.
 */
import { stepsToNumber } from '@kestrel/core'
import type { VenueOrder } from '@kestrel/kernel'
import { describe, expect, onTestFinished, test } from 'vitest'
import { ccxtTradingGateway } from '../src/index.ts'
import { type LocalSetup, type LocalTrading, listener, localTrading, until } from './local-trading.ts'

/** The suite; a test file runs it for one venue. */
export function gatewayContract(setup: LocalSetup): void {
  const isContract = setup.instrument.includes('PERP')

  test('connects, and knows the market exactly', async () => {
    const { gateway, instrument } = await localTrading(setup)
    expect(gateway.venue).toBe(setup.options.venue.toUpperCase())
    expect(gateway.accountId).toMatch(/^[0-9a-f]{12}/)
    expect(Math.abs(gateway.clockSkewMs())).toBeLessThan(1_000)
    expect(instrument).toMatchObject(
      isContract ? { tick: { size: 0.1 }, lot: { size: 0.001 } } : { tick: { text: '0.01' }, lot: { text: '0.00001' } },
    )
    expect(instrument.minNotional).toBeGreaterThan(0)
    expect(await gateway.keyRights()).toEqual({ canTrade: true, canWithdraw: false })
    const usdt = (await gateway.balances()).find(({ currency }) => currency === 'USDT')
    expect(usdt?.total).toBeGreaterThanOrEqual(1_000_000)
    expect(await gateway.positions()).toEqual([])
  })

  test('tells an account by the number that all of its keys share', async () => {
    const trading = await localTrading(setup)
    const another = async (name: string, accountId: string) => {
      const keys = { apiKey: `key-${name}`, secret: `secret-${name}` }
      trading.local.exchange.openAccount({
        ...keys,
        accountId,
        balances: { spot: { USDT: '1' }, futures: { USDT: '1' } },
      })
      const gateway = ccxtTradingGateway({ ...setup.options, keys, baseUrl: trading.local.url, rateLimit: false })
      onTestFinished(async () => gateway.close())
      await gateway.connect()
      return gateway
    }
    const id = await trading.gateway.ownAccountId()
    expect(id).toMatch(/^[0-9a-f]{12}/)
    const second = await another('b', 'one')
    expect(second.accountId).not.toBe(trading.gateway.accountId)
    expect(await second.ownAccountId()).toBe(id)
    expect(await (await another('c', 'two')).ownAccountId()).not.toBe(id)
  })

  test('places, finds, lists and cancels a limit order', async () => {
    const { gateway, order, instrument } = await localTrading(setup)
    const wanted = order({ price: 58_000, quantity: 0.02 })
    const created = await gateway.createOrder(wanted)
    const expected = {
      clientOrderId: wanted.clientOrderId,
      venueOrderId: created.venueOrderId,
      side: 'buy',
      type: 'limit',
      state: 'open',
      quantityLots: wanted.quantityLots,
      filledLots: 0,
      averagePrice: undefined,
      limitTicks: wanted.limitTicks,
      isTriggered: false,
      reduceOnly: false,
    }
    expect(created).toMatchObject(expected)
    expect(await gateway.findOrder(wanted)).toMatchObject(expected)
    expect(await gateway.findOrder({ clientOrderId: wanted.clientOrderId, instrument })).toMatchObject(expected)
    expect(await gateway.openOrders()).toMatchObject([expected])
    expect(await gateway.openOrders([instrument])).toMatchObject([expected])
    await gateway.cancelOrder(wanted)
    expect(await gateway.findOrder(wanted)).toMatchObject({ ...expected, state: 'cancelled' })
    expect(await gateway.openOrders()).toEqual([])
    await expect(gateway.cancelOrder(wanted)).rejects.toMatchObject({ code: 'VENUE_ORDER_UNKNOWN', retry: 'never' })
    expect(await gateway.findOrder({ clientOrderId: 'never0sent', instrument })).toBeUndefined()
  })

  test('a market order fills, and its fills, balance and position say so', async () => {
    const { gateway, order, instrument, sinceMs } = await localTrading(setup)
    const wanted = order({ type: 'market', quantity: 0.5 })
    const created = await gateway.createOrder(wanted)
    const found = await gateway.findOrder(wanted)
    expect(found).toMatchObject({ state: 'filled', filledLots: wanted.quantityLots, averagePrice: 60_010 })
    const fills = await gateway.fillsSince(sinceMs, [instrument])
    expect(fills).toHaveLength(1)
    expect(fills[0]).toMatchObject({
      venueOrderId: created.venueOrderId,
      side: 'buy',
      lots: wanted.quantityLots,
      price: 60_010,
      liquidity: 'taker',
    })
    expect(fills[0]?.fee?.amount).toBeGreaterThan(0)
    const balances = new Map((await gateway.balances()).map((each) => [each.currency, each]))
    if (!isContract)
      expect(balances.get('BTC')?.total).toBeCloseTo(
        10.5 - (fills[0]?.fee?.currency === 'BTC' ? fills[0].fee.amount : 0),
        8,
      )
    else
      expect(await gateway.positions()).toMatchObject([
        { side: 'net', signedLots: wanted.quantityLots, entryPrice: 60_010 },
      ])
    expect(await gateway.fillsSince((fills[0]?.tsEventMs ?? 0) + 1, [instrument])).toEqual([])
  })

  test('post-only is refused where it would take, IOC leaves nothing behind', async () => {
    const { gateway, order } = await localTrading(setup)
    const taking = order({ price: 60_020, postOnly: true })
    const outcome = await gateway.createOrder(taking).catch((error: { retry: string }) => error)
    if ('retry' in outcome) expect(outcome.retry).toBe('never')
    else expect((await gateway.findOrder(taking))?.state).not.toBe('open')
    const partly = order({ price: 60_010, quantity: 1.5, timeInForce: 'IOC' })
    await gateway.createOrder(partly)
    const found = await gateway.findOrder(partly)
    expect(stepsToNumber(found?.filledLots ?? 0, partly.instrument.lot)).toBe(1)
    expect(found?.state).toMatch(/cancelled|expired/)
    expect(await gateway.openOrders()).toEqual([])
  })

  test('what is not covered by money is refused for good', async () => {
    const { gateway, order } = await localTrading(setup)
    const wanted = order({ price: 60_000, quantity: 900 })
    await expect(gateway.createOrder(wanted)).rejects.toMatchObject({ retry: 'never' })
    expect(await gateway.findOrder(wanted).then((found) => found?.state ?? 'rejected')).toBe('rejected')
  })

  test('the same order twice is one order', async () => {
    const { gateway, order } = await localTrading(setup)
    const wanted = order({ price: 58_000 })
    const first = await gateway.createOrder(wanted)
    const second = await gateway.createOrder(wanted)
    expect(second.venueOrderId).toBe(first.venueOrderId)
    expect(await gateway.openOrders()).toHaveLength(1)
    await expect(
      gateway.createOrder({ ...wanted, side: 'sell', limitTicks: (wanted.limitTicks ?? 0) * 2 }),
    ).rejects.toMatchObject({
      code: 'VENUE_DUPLICATE_ID',
      retry: 'unknown-outcome',
    })
  })

  test.each(['stop-market', 'stop-limit', 'take-profit', 'take-profit-limit'] as const)(
    'a %s rests, is found, listed, cancelled, set off and filled under our id',
    async (type) => {
      const trading = await localTrading(setup)
      const { gateway, instrument, local, sinceMs } = trading
      trading.print(60_005)
      const isStop = type.startsWith('stop')
      const wanted = trading.order({
        type,
        side: 'sell',
        trigger: isStop ? 59_000 : 61_000,
        ...(type.endsWith('limit') ? { price: isStop ? 58_000 : 60_500 } : {}),
      })
      await gateway.createOrder(wanted)
      const reference = { clientOrderId: wanted.clientOrderId, instrument }
      const waiting = {
        clientOrderId: wanted.clientOrderId,
        state: 'open',
        isTriggered: false,
        triggerTicks: wanted.triggerTicks,
      }
      expect(await gateway.findOrder({ ...reference, type })).toMatchObject(waiting)
      expect(await gateway.findOrder(reference)).toMatchObject(waiting)
      expect(await gateway.openOrders()).toMatchObject([waiting])
      await gateway.cancelOrder(reference)
      expect(await gateway.openOrders()).toEqual([])
      expect((await gateway.findOrder(reference))?.state).toBe('cancelled')

      const again = trading.order({ ...wanted, clientOrderId: `a${wanted.clientOrderId}`.slice(0, 18) })
      await gateway.createOrder(again)
      trading.quote(isStop ? 58_990 : 61_000, isStop ? 59_000 : 61_010)
      trading.print(isStop ? 58_995 : 61_005)
      local.exchange.advance()
      const filled = await gateway.findOrder({ clientOrderId: again.clientOrderId, instrument })
      expect(filled).toMatchObject({
        clientOrderId: again.clientOrderId,
        state: 'filled',
        filledLots: again.quantityLots,
        isTriggered: true,
      })
      const fills = await gateway.fillsSince(sinceMs, [instrument])
      expect(fills).toHaveLength(1)
      expect(fills[0]?.venueOrderId).toBe(filled?.venueOrderId)
    },
  )

  test.skipIf(setup.venue === 'binance' && !isContract)('amends in place', async () => {
    const { gateway, order } = await localTrading(setup)
    const wanted = order({ price: 58_000, quantity: 0.02 })
    await gateway.createOrder(wanted)
    const lots = wanted.quantityLots / 2
    const ticks = (wanted.limitTicks ?? 0) - 100
    await gateway.amendOrder(wanted, { side: 'buy', type: 'limit', quantityLots: lots, limitTicks: ticks })
    expect(await gateway.openOrders()).toMatchObject([
      { clientOrderId: wanted.clientOrderId, quantityLots: lots, limitTicks: ticks },
    ])
  })

  test('cancels everything, stops and foreign orders too', async () => {
    const { gateway, order } = await localTrading(setup)
    await gateway.createOrder(order({ price: 58_000 }))
    await gateway.createOrder(order({ side: 'sell', price: 62_000 }))
    await gateway.createOrder(order({ type: 'stop-market', side: 'sell', trigger: 58_500 }))
    expect(await gateway.openOrders()).toHaveLength(3)
    await gateway.cancelAll(undefined)
    expect(await gateway.openOrders()).toEqual([])
    await gateway.cancelAll(undefined)
  })

  test('fills are complete over many pages, in order, each once', async () => {
    const { gateway, order, instrument, quote, sinceMs } = await localTrading(setup)
    for (let i = 0; i < 3; i++) {
      quote(60_000, 60_010)
      await gateway.createOrder(order({ type: 'market', quantity: 0.5 }))
      await gateway.createOrder(order({ type: 'market', quantity: 0.5 }))
    }
    const fills = await gateway.fillsSince(sinceMs, [instrument, instrument])
    expect(fills).toHaveLength(6)
    expect(new Set(fills.map(({ fillId }) => fillId)).size).toBe(6)
    expect(fills.map(({ tsEventMs }) => tsEventMs)).toEqual(
      fills.map(({ tsEventMs }) => tsEventMs).toSorted((a, b) => a - b),
    )
  })

  test.skipIf(!isContract)('sets leverage, twice too, and arms the dead-man timer', async () => {
    const { gateway, order, instrument } = await localTrading(setup)
    await gateway.setLeverage(instrument, 7, 'cross')
    await gateway.setLeverage(instrument, 7, 'cross')
    await gateway.armDeadManTimer(60_000, [instrument])
    await gateway.armDeadManTimer(0, [instrument])
    await gateway.createOrder(order({ type: 'market', quantity: 0.5 }))
    expect((await gateway.positions())[0]).toMatchObject({ leverage: setup.venue === 'bybit' ? 7 : undefined })
  })

  test.skipIf(!isContract)('trades both sides in hedge mode', async () => {
    const { gateway, order } = await localTrading(setup, { positionMode: 'hedge' })
    await gateway.setPositionMode('hedge')
    await gateway.setPositionMode('hedge')
    await gateway.createOrder(order({ type: 'market', quantity: 0.3, positionSide: 'long' }))
    await gateway.createOrder(order({ type: 'market', side: 'sell', quantity: 0.2, positionSide: 'short' }))
    const positions = (await gateway.positions()).toSorted((a, b) => b.signedLots - a.signedLots)
    expect(positions).toMatchObject([
      { side: 'long', signedLots: 300 },
      { side: 'short', signedLots: -200 },
    ])
    await gateway.createOrder(
      order({ type: 'market', side: 'sell', quantity: 0.3, positionSide: 'long', reduceOnly: true }),
    )
    expect(await gateway.positions()).toMatchObject([{ side: 'short' }])
  })

  test.skipIf(!isContract)('a stop that closes the position closes what is held when it is set off', async () => {
    const trading = await localTrading(setup)
    const { gateway, order, quote, print } = trading
    print(60_005)
    await gateway.createOrder(order({ type: 'market', quantity: 0.3 }))
    const stop = order({ type: 'stop-market', side: 'sell', trigger: 59_000, quantity: 0.3, closePosition: true })
    await gateway.createOrder(stop)
    quote(60_000, 60_010)
    await gateway.createOrder(order({ type: 'market', quantity: 0.2 }))
    quote(58_990, 59_000)
    print(58_995)
    trading.local.exchange.advance()
    expect(await gateway.positions()).toEqual([])
    expect(await gateway.findOrder({ ...stop, type: 'stop-market' })).toMatchObject({
      state: 'filled',
      filledLots: 500,
    })
  })

  describe('its account stream', () => {
    async function streaming(trading: LocalTrading): Promise<ReturnType<typeof listener>> {
      const heard = listener()
      trading.gateway.streamAccount(heard.handlers)
      await until('the stream', () => heard.statuses.at(-1)?.isConnected === true)
      return heard
    }

    const last = (orders: readonly VenueOrder[], clientOrderId: string): VenueOrder | undefined =>
      orders.findLast((order) => order.clientOrderId === clientOrderId)

    test('tells orders, fills, balances and positions', async () => {
      const trading = await localTrading(setup)
      const { gateway, order } = trading
      const heard = await streaming(trading)
      const resting = order({ price: 58_000 })
      const taking = order({ type: 'market', quantity: 0.5 })
      await gateway.createOrder(resting)
      await gateway.createOrder(taking)
      await gateway.cancelOrder(resting)
      await until('the cancellation', () => last(heard.orders, resting.clientOrderId)?.state === 'cancelled')
      await until('the fill', () => heard.fills.length > 0)
      await until('the balance', () => heard.balances.some(({ currency }) => currency === 'USDT'))
      expect(last(heard.orders, taking.clientOrderId)).toMatchObject({
        state: 'filled',
        filledLots: taking.quantityLots,
      })
      const [asked] = await gateway.fillsSince(trading.sinceMs, [trading.instrument])
      expect(heard.fills[0]).toMatchObject({
        ...asked,
        clientOrderId: taking.clientOrderId,
        tsEventMs: expect.any(Number) as number,
      })
      if (isContract)
        await until('the position', () => heard.positions.some(({ signedLots }) => signedLots === taking.quantityLots))
      expect(heard.gaps).toEqual([])
    })

    test('tells a stop under our id from its acceptance to its fill', async () => {
      const trading = await localTrading(setup)
      const { gateway, order, quote, print } = trading
      print(60_005)
      const heard = await streaming(trading)
      const stop = order({ type: 'stop-market', side: 'sell', trigger: 59_000 })
      await gateway.createOrder(stop)
      await until('its acceptance', () => last(heard.orders, stop.clientOrderId)?.state === 'open')
      quote(58_990, 59_000)
      print(58_995)
      trading.local.exchange.advance()
      await until('its fill', () => last(heard.orders, stop.clientOrderId)?.state === 'filled')
      await until('the fill', () => heard.fills.length > 0)
      expect(heard.fills.at(-1)).toMatchObject({
        clientOrderId: stop.clientOrderId,
        lots: stop.quantityLots,
        side: 'sell',
      })
      const ids = new Set(
        heard.orders.filter((each) => each.clientOrderId === stop.clientOrderId).map((each) => each.venueOrderId),
      )
      expect([...ids]).toHaveLength(1)
    })

    test.skipIf(!isContract)('goes on when the dead-man timer is armed', async () => {
      const trading = await localTrading(setup)
      const heard = await streaming(trading)
      await trading.gateway.armDeadManTimer(60_000, [trading.instrument])
      const resting = trading.order({ price: 58_000 })
      await trading.gateway.createOrder(resting)
      await until('the order', () => last(heard.orders, resting.clientOrderId)?.state === 'open')
      expect(heard.gaps).toEqual([])
      expect(heard.statuses).toHaveLength(1)
    })

    test('ends without leaving a socket or a timer', async () => {
      const trading = await localTrading(setup)
      const heard = listener()
      const subscription = trading.gateway.streamAccount(heard.handlers)
      await until('the stream', () => heard.statuses.at(-1)?.isConnected === true)
      expect(() => trading.gateway.streamAccount(heard.handlers)).toThrow(/open already/)
      await subscription.close()
      const { length } = heard.orders
      await trading.gateway.createOrder(trading.order({ price: 58_000 }))
      expect(heard.orders).toHaveLength(length)
      await trading.gateway.close()
      expect(process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length).toBeLessThan(20)
    })
  })
}
