/** Questions and settings of the venues that the local exchange does not speak, on recorded markets and written answers. */
import { describe, expect, test } from 'vitest'
import {
  emptyAccount,
  fixturesAbsent,
  type RecordedExchange,
  recordedExchange,
  type SentRequest,
} from './recorded-exchange.ts'

type Answers = Readonly<Record<string, unknown>>

/** Answers by the end of the path; a list is used up one by one. */
async function answering(options: Parameters<typeof recordedExchange>[0], answers: Answers): Promise<RecordedExchange> {
  const left = new Map(
    Object.entries(answers).map(([path, answer]) => [
      path,
      Array.isArray(answer) ? [...(answer as unknown[])] : answer,
    ]),
  )
  return recordedExchange(options, (request: SentRequest) => {
    for (const [path, answer] of left)
      if (request.path.endsWith(path)) return Array.isArray(answer) ? (answer as unknown[]).shift() : answer
    return emptyAccount(request) ?? new Error(`nothing is written for ${request.path}`)
  })
}

const okx = (...data: readonly object[]): object => ({ code: '0', data })
const kraken = (result: object): object => ({ error: [], result })
const T = '1700000000000'
const NOW_MS = 1_700_000_600_000

describe.skipIf(fixturesAbsent)('okx', () => {
  const order = {
    instId: 'BTC-USDT-SWAP',
    ordId: '7',
    clOrdId: 'k1',
    side: 'buy',
    ordType: 'limit',
    state: 'live',
    sz: '3',
    accFillSz: '0',
    px: '60000.1',
    uTime: T,
  }
  const algo = {
    instId: 'BTC-USDT-SWAP',
    algoId: '8',
    algoClOrdId: 'k2',
    side: 'sell',
    ordType: 'trigger',
    state: 'effective',
    sz: '3',
    triggerPx: '59000',
    ordPx: '-1',
    ordId: '9',
    uTime: T,
  }

  test('an order is found by our id; a stop that became an order is both', async () => {
    const none = okx()
    const exchange = await answering(
      { venue: 'okx' },
      {
        'trade/order': [
          okx(order),
          none,
          okx({
            ...order,
            ordId: '9',
            clOrdId: '',
            ordType: 'market',
            side: 'sell',
            state: 'filled',
            accFillSz: '3',
            avgPx: '58990',
          }),
        ],
        'trade/order-algo': okx(algo),
      },
    )
    const instrument = exchange.instrument('BTC-USDT-PERP.OKX')
    expect(await exchange.gateway.findOrder({ clientOrderId: 'k1', instrument })).toMatchObject({
      venueOrderId: '7',
      state: 'open',
      limitTicks: 600_001,
    })
    expect(await exchange.gateway.findOrder({ clientOrderId: 'k2', instrument })).toMatchObject({
      clientOrderId: 'k2',
      venueOrderId: '8',
      type: 'stop-market',
      state: 'filled',
      isTriggered: true,
      averagePrice: 58_990,
    })
    expect(exchange.sent.map(({ fields }) => fields['clOrdId'] ?? fields['algoClOrdId'] ?? fields['ordId'])).toEqual([
      'k1',
      'k2',
      'k2',
      '9',
    ])
  })

  test('fills are paged to the end and told once', async () => {
    const fill = (id: number): object => ({
      instId: 'BTC-USDT',
      tradeId: `t${id}`,
      billId: `b${id}`,
      ordId: '7',
      clOrdId: 'k1',
      side: 'buy',
      fillSz: '0.001',
      fillPx: '60000',
      fee: '-0.01',
      feeCcy: 'USDT',
      execType: 'M',
      ts: String(1_700_000_000_000 - id),
    })
    const page = (from: number, rows: number): object => okx(...Array.from({ length: rows }, (_, i) => fill(from + i)))
    const exchange = await answering(
      { venue: 'okx', clock: { nowMs: () => 1_700_000_000_000 } },
      { 'trade/fills': [page(0, 100), page(99, 30)] },
    )
    const fills = await exchange.gateway.fillsSince(1_699_999_000_000, [exchange.instrument('BTC-USDT.OKX')])
    expect(fills).toHaveLength(129)
    expect(fills[0]).toMatchObject({
      fillId: 't128',
      clientOrderId: 'k1',
      liquidity: 'maker',
      fee: { currency: 'USDT', amount: 0.01 },
    })
    expect(exchange.sent.at(-1)?.fields).toMatchObject({ after: 'b99', instId: 'BTC-USDT' })
  })

  test('rights of the key, position, funding, and the dead-man timer within its limits', async () => {
    const exchange = await answering(
      { venue: 'okx', clock: { nowMs: () => NOW_MS } },
      {
        'account/config': okx({ perm: 'read_only,trade', uid: '44705892343619584' }),
        'account/positions': okx({
          instId: 'BTC-USDT-SWAP',
          pos: '-3',
          posSide: 'net',
          avgPx: '60000',
          mgnMode: 'isolated',
          lever: '5',
        }),
        'account/bills-archive': okx(
          { instId: 'BTC-USDT-SWAP', balChg: '-1.5', ccy: 'USDT', ts: String(NOW_MS), billId: '1' },
          { instId: 'ETH-USDT-SWAP', balChg: '9', ccy: 'USDT', ts: T, billId: '2' },
        ),
        'trade/cancel-all-after': okx({}),
        'account/set-leverage': okx({}),
      },
    )
    const instrument = exchange.instrument('BTC-USDT-PERP.OKX')
    expect(await exchange.gateway.keyRights()).toEqual({ canTrade: true, canWithdraw: false })
    const own = await exchange.gateway.ownAccountId()
    expect([own?.length, own === exchange.gateway.accountId]).toEqual([12, false])
    expect(await exchange.gateway.positions()).toMatchObject([
      { side: 'net', signedLots: -3 / instrument.lot.size, leverage: 5, marginMode: 'isolated' },
    ])
    expect(await exchange.gateway.fundingSince(0, [instrument])).toMatchObject([{ amount: -1.5, currency: 'USDT' }])
    await exchange.gateway.armDeadManTimer(500_000, [instrument])
    expect(exchange.sent.at(-1)?.fields).toEqual({ timeOut: '120' })
    await exchange.gateway.setLeverage(instrument, 5, 'isolated')
    expect(exchange.sent.at(-1)?.fields).toMatchObject({ instId: 'BTC-USDT-SWAP', lever: '5', mgnMode: 'isolated' })
  })
})

describe.skipIf(fixturesAbsent)('kraken', () => {
  const row = {
    descr: { pair: 'XBTUSD', type: 'buy', ordertype: 'limit', price: '60000.1', price2: '0' },
    status: 'closed',
    vol: '0.5',
    vol_exec: '0.5',
    price: '60000',
    cl_ord_id: 'k1',
    opentm: 1_700_000_000,
    closetm: 1_700_000_100,
  }

  test('an order is looked for among the open ones and then among the closed ones', async () => {
    const exchange = await answering(
      { venue: 'kraken' },
      { OpenOrders: kraken({ open: {} }), ClosedOrders: kraken({ closed: { OID: row }, count: 1 }) },
    )
    const instrument = exchange.instrument('BTC-USD.KRAKEN')
    expect(await exchange.gateway.findOrder({ clientOrderId: 'k1', instrument })).toMatchObject({
      venueOrderId: 'OID',
      state: 'filled',
      filledLots: 50_000_000,
      tsEventMs: 1_700_000_100_000,
    })
    expect(exchange.sent.map(({ fields }) => fields['cl_ord_id'])).toEqual(['k1', 'k1'])
  })

  test('a cancellation of what is gone says that it is not known', async () => {
    const exchange = await answering(
      { venue: 'kraken' },
      { CancelOrder: Object.assign(new Error('kraken {"error":["EOrder:Unknown order"]}')) },
    )
    const instrument = exchange.instrument('BTC-USD.KRAKEN')
    await expect(exchange.gateway.cancelOrder({ clientOrderId: 'k1', instrument })).rejects.toMatchObject({
      code: 'VENUE_ORDER_UNKNOWN',
      retry: 'never',
    })
    expect(exchange.sent.at(-1)?.fields).toMatchObject({ cl_ord_id: 'k1' })
  })

  test('balances by their common names, numbers that rise with each request, and no word on the rights', async () => {
    const exchange = await answering(
      { venue: 'kraken' },
      {
        BalanceEx: kraken({ XXBT: { balance: '1.5', hold_trade: '0.5' }, ZUSD: { balance: '10', hold_trade: '0' } }),
        CancelAllOrdersAfter: kraken({}),
      },
    )
    expect(await exchange.gateway.balances()).toEqual([
      { currency: 'BTC', total: 1.5, free: 1 },
      { currency: 'USD', total: 10, free: 10 },
    ])
    expect(await exchange.gateway.keyRights()).toEqual({ canTrade: true, canWithdraw: 'unknown' })
    await exchange.gateway.balances()
    const [first, second] = exchange.sent.map(({ fields }) => Number(fields['nonce']))
    expect(second).toBeGreaterThan(first ?? Infinity)
    await exchange.gateway.armDeadManTimer(60_000, [])
    expect(exchange.sent.at(-1)?.fields).toMatchObject({ timeout: '60' })
  })
})

test.skipIf(fixturesAbsent)(
  'binance: the test network does not tell what a key may do, the real one does',
  async () => {
    const demo = await answering({ venue: 'binance', sandbox: true }, {})
    expect(await demo.gateway.keyRights()).toEqual({ canTrade: true, canWithdraw: 'unknown' })
    expect(demo.gateway.accountId).toMatch(/-linear-test$/)
    const rights = {
      enableReading: true,
      enableFutures: true,
      enableWithdrawals: true,
      enableSpotAndMarginTrading: false,
    }
    const real = await answering({ venue: 'binance' }, { 'account/apiRestrictions': rights })
    expect(await real.gateway.keyRights()).toEqual({ canTrade: true, canWithdraw: true })
  },
)

test('a venue, a wallet or a network that is not there is refused before anything is asked', async () => {
  await expect(
    recordedExchange({ venue: 'binance', products: ['spot', 'linear'] }, emptyAccount),
  ).rejects.toMatchObject({ code: 'VENUE_PRODUCTS' })
  await expect(recordedExchange({ venue: 'kraken', products: ['linear'] }, emptyAccount)).rejects.toMatchObject({
    code: 'VENUE_PRODUCTS',
  })
  await expect(recordedExchange({ venue: 'kraken', sandbox: true }, emptyAccount)).rejects.toMatchObject({
    code: 'VENUE_SANDBOX',
  })
  await expect(recordedExchange({ venue: 'coinbase' as 'kraken' }, emptyAccount)).rejects.toMatchObject({
    code: 'VENUE_UNKNOWN',
  })
})
