import { expect, onTestFinished, test } from 'vitest'
import { tradingGatewayOver } from '../src/trading/ccxt-trading-gateway.ts'
import { openExchange } from '../src/trading/open-exchange.ts'
import { KEYS, localSetup, localTrading } from './local-trading.ts'

test('an order or amendment that nobody wants any more when its turn has come is not sent', async () => {
  const { local, order, instrument } = await localTrading(localSetup('binance USD-M'))
  let isWanted = true
  const gateway = tradingGatewayOver(
    { venue: 'binance', products: ['linear'], keys: KEYS, baseUrl: local.url },
    async (...means) => {
      const client = await openExchange(...means)
      const wait = client.exchange.throttle
      client.exchange.throttle = async (cost) => {
        await wait(cost)
        if (isWaiting) isWanted = false
      }
      return client
    },
  )
  onTestFinished(async () => gateway.close())
  let isWaiting = false
  await gateway.connect()
  gateway.know([instrument])
  const first = order({ price: 59_000 })
  expect(await gateway.createOrder(first, () => isWanted)).toMatchObject({ state: 'open' })
  isWaiting = true
  const terms = { side: 'buy', type: 'limit', quantityLots: first.quantityLots, limitTicks: first.limitTicks } as const
  const amended = gateway.amendOrder(first, { ...terms, quantityLots: 2 * first.quantityLots }, () => isWanted)
  await expect(amended).rejects.toMatchObject({ code: 'VENUE_UNWANTED', retry: 'safe' })
  expect(await gateway.openOrders([instrument])).toMatchObject([terms])
  isWanted = true
  const late = gateway.createOrder(order({ price: 59_001 }), () => isWanted)
  await expect(late).rejects.toMatchObject({ code: 'VENUE_UNWANTED', retry: 'safe' })
  // Whoever takes orders off is not held back.
  await gateway.cancelOrder(first)
  isWaiting = false
  expect(await gateway.openOrders([instrument])).toEqual([])
})
