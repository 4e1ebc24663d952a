import { systemClock } from '@kestrel/core'
import { describe, expect, test } from 'vitest'
import { QuietBybit } from './raw-bybit.ts'

const linear = { category: 'linear', symbol: 'BTCUSDT' }
const spot = { category: 'spot', symbol: 'BTCUSDT' }
const limit = { ...linear, side: 'Buy', orderType: 'Limit', qty: '0.1', price: '59000' }

describe('who asks', () => {
  const signed = (changes: Readonly<Record<string, string>>): Record<string, string> => ({
    'X-BAPI-API-KEY': 'kestrel-demo-key',
    'X-BAPI-TIMESTAMP': '1',
    'X-BAPI-SIGN': 'ab',
    ...changes,
  })
  test.each([
    ['nobody', {}, 401, 10003],
    ['an unknown key', signed({ 'X-BAPI-API-KEY': 'x' }), 200, 10003],
    ['no signature', { 'X-BAPI-API-KEY': 'kestrel-demo-key' }, 200, 10001],
    ['a wrong signature', signed({}), 200, 10004],
  ])('%s is refused', async (_, headers, status, retCode) => {
    await using bybit = await QuietBybit.start()
    const answer = await fetch(`${bybit.venue.url}/v5/account/info`, { headers })
    expect(answer.status).toBe(status)
    expect(await answer.json()).toMatchObject({ retCode, result: {} })
  })

  test('a body that was changed after it was signed is refused', async () => {
    await using bybit = await QuietBybit.start()
    const answer = await fetch(`${bybit.venue.url}/v5/order/create`, {
      method: 'POST',
      body: JSON.stringify(limit),
      headers: signed({}),
    })
    expect(await answer.json()).toMatchObject({ retCode: 10004 })
    expect(bybit.openNames()).toEqual([])
  })

  test.each([
    ['a second and more ahead', 1_500, 10002],
    ['older than the window', -5_500, 10002],
    ['inside of it', -2_000, 0],
  ])('a timestamp %s is answered with that', async (_, offMs, retCode) => {
    await using bybit = await QuietBybit.start(undefined, { clock: 'real' })
    const timestampMs = systemClock.nowMs() + offMs
    expect((await bybit.ask('GET', '/v5/account/info', {}, undefined, { timestampMs })).retCode).toBe(retCode)
  })

  test('a key does what it may and no more', async () => {
    await using bybit = await QuietBybit.start()
    bybit.venue.exchange.openAccount({
      apiKey: 'reader',
      secret: 'secret',
      accountId: 'demo',
      permissions: { futures: false, spot: true, withdraw: true },
    })
    const as = { apiKey: 'reader', secret: 'secret' }
    expect((await bybit.ask('POST', '/v5/order/create', limit, undefined, as)).retCode).toBe(10005)
    expect((await bybit.ask('POST', '/v5/order/create', { ...limit, ...spot }, undefined, as)).retCode).toBe(0)
    const { result } = await bybit.ask('GET', '/v5/user/query-api', {}, undefined, as)
    expect(result).toMatchObject({
      readOnly: 0,
      uta: 1,
      permissions: {
        Spot: ['SpotTrade'],
        ContractTrade: [],
        Wallet: ['AccountTransfer', 'SubMemberTransfer', 'Withdraw'],
      },
    })
  })

  test('an unknown path is 404, a method that is none of it too', async () => {
    await using bybit = await QuietBybit.start()
    expect((await fetch(`${bybit.venue.url}/v5/nothing`)).status).toBe(404)
    expect((await fetch(`${bybit.venue.url}/v5/market/time`, { method: 'DELETE' })).status).toBe(404)
  })
})

describe('orders', () => {
  test.each([
    ['an unknown category', { category: 'forex' }, 10001],
    ['an unknown symbol', { symbol: 'DOGEUSDT' }, 10001],
    ['no side', { side: '' }, 10001],
    ['a side that is none', { side: 'Long' }, 10001],
    ['a type that is none', { orderType: 'Stop' }, 10001],
    ['a price between two ticks', { price: '59000.05' }, 10001],
    ['a price that is none', { price: 'cheap' }, 10001],
    ['a quantity between two lots', { qty: '0.00015' }, 10001],
    ['a quantity of 0', { qty: '0' }, 10001],
    ['a price out of the band', { price: '20000' }, 110003],
    ['more than the margin', { qty: '100' }, 110007],
    ['to reduce what is not held', { reduceOnly: true }, 110017],
    ['a name with spaces', { orderLinkId: 'a b' }, 10001],
    ['a leg in one-way mode', { positionIdx: 1 }, 10001],
    ['a trigger without a direction', { triggerPrice: '58000' }, 10001],
    ['a rise that has happened', { triggerPrice: '58000', triggerDirection: 1 }, 110092],
    ['a fall that has happened', { triggerPrice: '61000', triggerDirection: 2 }, 110093],
  ])('%s is refused', async (_, changes, retCode) => {
    await using bybit = await QuietBybit.start()
    expect((await bybit.ask('POST', '/v5/order/create', { ...limit, ...changes })).retCode).toBe(retCode)
    expect(bybit.openNames()).toEqual([])
  })

  test.each([
    ['an unknown symbol', { symbol: 'DOGEUSDT' }, 170121],
    ['a price between two ticks', { price: '59000.001' }, 170134],
    ['a quantity between two lots', { qty: '0.000001' }, 170137],
    ['too little value', { qty: '0.00001' }, 170140],
    ['more than there is', { qty: '10' }, 170131],
    ['a sale of what is not there', { side: 'Sell', qty: '3' }, 170131],
  ])('on spot %s is refused', async (_, changes, retCode) => {
    await using bybit = await QuietBybit.start()
    expect((await bybit.ask('POST', '/v5/order/create', { ...limit, ...spot, ...changes })).retCode).toBe(retCode)
  })

  test('a name is used once, even after its order is gone', async () => {
    await using bybit = await QuietBybit.start()
    await bybit.buy('59000', 'a')
    await bybit.ask('POST', '/v5/order/cancel', { ...linear, orderLinkId: 'a' })
    expect((await bybit.buy('59000', 'a')).retCode).toBe(110072)
  })

  test('a post-only order that would take is acknowledged, and then cancelled', async () => {
    await using bybit = await QuietBybit.start()
    const stream = await bybit.watchAccount()
    const order = { ...limit, price: '60010', timeInForce: 'PostOnly', orderLinkId: 'maker' }
    const { retCode, result } = await bybit.ask('POST', '/v5/order/create', order)
    expect(retCode).toBe(0)
    const told = await stream.next(({ topic }) => topic === 'order')
    const expected = { orderStatus: 'Cancelled', rejectReason: 'EC_PostOnlyWillTakeLiquidity', cumExecQty: '0.000' }
    expect(told.data?.[0]).toMatchObject({ ...expected, orderId: result['orderId'], orderLinkId: 'maker' })
    const found = await bybit.ask('GET', '/v5/order/realtime', { ...linear, orderLinkId: 'maker' })
    expect(found.result.list?.[0]).toMatchObject(expected)
    expect((await bybit.ask('POST', '/v5/order/create', order)).retCode).toBe(110072)
  })

  test("immediate orders end in the venue's states and reasons", async () => {
    await using bybit = await QuietBybit.start()
    const place = async (changes: Record<string, string>): Promise<unknown> => {
      const { result } = await bybit.ask('POST', '/v5/order/create', { ...limit, ...changes })
      const { list } = (
        await bybit.ask('GET', '/v5/order/history', {
          category: changes['category'] ?? 'linear',
          orderId: String(result['orderId']),
        })
      ).result
      return [list?.[0]?.['orderStatus'], list?.[0]?.['rejectReason'], list?.[0]?.['cumExecQty']]
    }
    expect(await place({ timeInForce: 'IOC' })).toEqual(['Cancelled', 'EC_NoImmediateQtyToFill', '0.000'])
    expect(await place({ timeInForce: 'IOC', price: '60001', qty: '11' })).toEqual([
      'Cancelled',
      'EC_CancelForNoFullFill',
      '10.000',
    ])
    expect(await place({ timeInForce: 'FOK', price: '60001' })).toEqual([
      'Cancelled',
      'EC_NoImmediateQtyToFill',
      '0.000',
    ])
  })

  test('spot tells a partial fill from none', async () => {
    await using bybit = await QuietBybit.start()
    bybit.venue.exchange.setForeignLevels('spot:BTCUSDT', [{ side: 'sell', priceTicks: 6_000_100, qtyLots: 100_000 }])
    const order = { ...limit, ...spot, price: '60001', qty: '1.5', timeInForce: 'IOC' }
    const { result } = await bybit.ask('POST', '/v5/order/create', order)
    const { list } = (await bybit.ask('GET', '/v5/order/history', { ...spot, orderId: String(result['orderId']) }))
      .result
    expect(list?.[0]).toMatchObject({ orderStatus: 'PartiallyFilledCanceled', cumExecQty: '1.00000', leavesQty: '0' })
  })

  test('a purchase at market of spot is for money unless it says otherwise', async () => {
    await using bybit = await QuietBybit.start()
    const buy = { ...spot, side: 'Buy', orderType: 'Market', qty: '600.01' }
    await bybit.ask('POST', '/v5/order/create', buy)
    await bybit.ask('POST', '/v5/order/create', { ...buy, qty: '0.02', marketUnit: 'baseCoin' })
    const { list } = (await bybit.ask('GET', '/v5/execution/list', spot)).result
    expect(list?.map(({ execQty, execValue, feeCurrency }) => [execQty, execValue, feeCurrency])).toEqual([
      ['0.02000', '1200.02', 'BTC'],
      ['0.01000', '600.01', 'BTC'],
    ])
  })

  test('amend changes price and quantity and refuses what is over', async () => {
    await using bybit = await QuietBybit.start()
    await bybit.buy('59000', 'a')
    const change = { ...linear, orderLinkId: 'a', price: '59100', qty: '0.2' }
    expect((await bybit.ask('POST', '/v5/order/amend', change)).retCode).toBe(0)
    expect(bybit.order('a')).toMatchObject({ priceTicks: 591_000, qtyLots: 200 })
    expect((await bybit.ask('POST', '/v5/order/amend', { ...linear, orderLinkId: 'a' })).retCode).toBe(10001)
    await bybit.ask('POST', '/v5/order/cancel', { ...linear, orderLinkId: 'a' })
    expect((await bybit.ask('POST', '/v5/order/amend', change)).retCode).toBe(110001)
    expect((await bybit.ask('POST', '/v5/order/cancel', { ...linear, orderLinkId: 'a' })).retCode).toBe(110001)
  })

  test('a stop waits, goes off at its price, and closes what is held', async () => {
    await using bybit = await QuietBybit.start()
    await bybit.ask('POST', '/v5/order/create', { ...linear, side: 'Buy', orderType: 'Market', qty: '0.1' })
    const stop = {
      ...linear,
      side: 'Sell',
      orderType: 'Market',
      qty: '0',
      triggerPrice: '59500',
      triggerDirection: 2,
      reduceOnly: true,
      closeOnTrigger: true,
      orderLinkId: 'stop',
    }
    expect((await bybit.ask('POST', '/v5/order/create', stop)).retCode).toBe(0)
    const waiting = await bybit.ask('GET', '/v5/order/realtime', { ...linear, orderFilter: 'StopOrder' })
    expect(waiting.result.list?.[0]).toMatchObject({
      orderStatus: 'Untriggered',
      triggerPrice: '59500.0',
      stopOrderType: 'Stop',
    })
    bybit.venue.exchange.print('linear:BTCUSDT', 'sell', 595_000, 1)
    const { list } = (await bybit.ask('GET', '/v5/order/history', { ...linear, orderLinkId: 'stop' })).result
    expect(list?.[0]).toMatchObject({ orderStatus: 'Filled', cumExecQty: '0.100' })
    const flat = await bybit.ask('GET', '/v5/position/list', linear)
    expect(flat.result.list?.[0]).toMatchObject({ size: '0', side: '' })
    const [closing] = (await bybit.ask('GET', '/v5/execution/list', linear)).result.list ?? []
    expect(closing).toMatchObject({ side: 'Sell', closedSize: '0.100' })
  })

  test('a batch does what it can', async () => {
    await using bybit = await QuietBybit.start()
    const { text } = await bybit.ask('POST', '/v5/order/create-batch', {
      category: 'linear',
      request: [
        { ...limit, orderLinkId: 'a' },
        { ...limit, orderLinkId: 'b', qty: '500' },
      ],
    } as never)
    const { result, retExtInfo } = JSON.parse(text) as { result: { list: object[] }; retExtInfo: { list: object[] } }
    expect(result.list).toMatchObject([{ orderLinkId: 'a', symbol: 'BTCUSDT' }, { orderId: '' }])
    expect(retExtInfo.list).toMatchObject([{ code: 0 }, { code: 110007 }])
    expect(bybit.openNames()).toEqual(['a'])
  })

  test('lists come in pages', async () => {
    await using bybit = await QuietBybit.start()
    for (const name of ['a', 'b', 'c', 'd', 'e']) await bybit.buy('59000', name)
    const names: unknown[] = []
    let cursor = ''
    do {
      const params = { category: 'linear', settleCoin: 'USDT', limit: 2, ...(cursor === '' ? {} : { cursor }) }
      const { result } = await bybit.ask('GET', '/v5/order/realtime', params)
      names.push((result.list ?? []).map(({ orderLinkId }) => orderLinkId))
      cursor = (result.list ?? []).length < 2 ? '' : String(result['nextPageCursor'])
    } while (cursor !== '')
    expect(names).toEqual([['e', 'd'], ['c', 'b'], ['a']])
  })
})

describe('the account', () => {
  test('leverage, hedge mode and margin mode change once and say so', async () => {
    await using bybit = await QuietBybit.start()
    const codes = async (path: string, params: Record<string, string | number>, times = 2): Promise<number[]> => {
      const found: number[] = []
      for (let i = 0; i < times; i++) found.push((await bybit.ask('POST', path, params)).retCode)
      return found
    }
    const leverage = { ...linear, buyLeverage: '7', sellLeverage: '7' }
    expect(await codes('/v5/position/set-leverage', leverage)).toEqual([0, 110043])
    expect(await codes('/v5/position/set-leverage', { ...leverage, sellLeverage: '8' }, 1)).toEqual([10001])
    expect(await codes('/v5/position/set-leverage', { ...linear, buyLeverage: '500', sellLeverage: '500' }, 1)).toEqual(
      [10001],
    )
    expect(await codes('/v5/position/switch-mode', { ...linear, mode: 3 })).toEqual([0, 110025])
    expect(await codes('/v5/account/set-margin-mode', { setMarginMode: 'ISOLATED_MARGIN' }, 1)).toEqual([0])
    expect(await codes('/v5/position/switch-isolated', { ...linear, tradeMode: 1 }, 1)).toEqual([100028])
    expect((await bybit.ask('GET', '/v5/account/info')).result['marginMode']).toBe('ISOLATED_MARGIN')
    const legs = await bybit.ask('GET', '/v5/position/list', linear)
    expect(legs.result.list?.map(({ positionIdx, leverage: held }) => [positionIdx, held])).toEqual([
      [1, '7'],
      [2, '7'],
    ])
  })

  test('in hedge mode both legs are held at once', async () => {
    await using bybit = await QuietBybit.start()
    await bybit.ask('POST', '/v5/position/switch-mode', { ...linear, mode: 3 })
    const order = { ...linear, orderType: 'Market', qty: '0.1' }
    await bybit.ask('POST', '/v5/order/create', { ...order, side: 'Buy', positionIdx: 1 })
    await bybit.ask('POST', '/v5/order/create', { ...order, side: 'Sell', positionIdx: 2, qty: '0.2' })
    const { list } = (await bybit.ask('GET', '/v5/position/list', { category: 'linear', settleCoin: 'USDT' })).result
    expect(list?.map(({ side, size }) => [side, size])).toEqual([
      ['Buy', '0.1'],
      ['Sell', '0.2'],
    ])
    expect((await bybit.ask('POST', '/v5/position/switch-mode', { ...linear, mode: 0 })).retCode).toBe(110024)
  })

  test('the wallet holds what the engine holds', async () => {
    await using bybit = await QuietBybit.start()
    await bybit.ask('POST', '/v5/order/create', {
      ...spot,
      side: 'Sell',
      orderType: 'Limit',
      qty: '0.25',
      price: '61000',
    })
    const { list } = (await bybit.ask('GET', '/v5/account/wallet-balance', { accountType: 'UNIFIED', coin: 'BTC' }))
      .result
    expect(list?.[0]?.['coin']).toMatchObject([{ coin: 'BTC', walletBalance: '1', locked: '0.25', usdValue: '60000' }])
    expect((await bybit.ask('GET', '/v5/account/wallet-balance', { accountType: 'SPOT' })).retCode).toBe(10001)
  })

  test('funding is paid on what is held, and listed with its rate', async () => {
    await using bybit = await QuietBybit.start()
    await bybit.ask('POST', '/v5/order/create', { ...linear, side: 'Sell', orderType: 'Market', qty: '0.2' })
    bybit.venue.exchange.setMark('linear:BTCUSDT', { markPrice: 60_000, indexPrice: 60_000, fundingRate: 0.0001 })
    bybit.clock.advance(4 * 3_600_000)
    const { list } = (await bybit.ask('GET', '/v5/execution/list', { ...linear, execType: 'Funding' })).result
    expect(list).toMatchObject([
      { side: 'Sell', execQty: '0.200', execValue: '12000', feeRate: '0.0001', execFee: '-1.2', execType: 'Funding' },
    ])
    const history = await bybit.ask('GET', '/v5/market/funding/history', linear)
    expect(history.result.list?.[0]).toMatchObject({ fundingRate: '0.0001' })
  })

  test('who asks too often is told so, and how long it lasts', async () => {
    await using bybit = await QuietBybit.start(undefined, { rateLimits: true })
    const codes: number[] = []
    let headers = new Headers()
    for (let i = 0; i < 12; i++) {
      const answer = await bybit.buy('59000', `a${i}`)
      if (i === 2) headers = answer.headers
      codes.push(answer.retCode)
    }
    expect(codes).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 10006, 10006])
    expect([headers.get('x-bapi-limit'), headers.get('x-bapi-limit-status')]).toEqual(['10', '7'])
    expect(Number(headers.get('x-bapi-limit-reset-timestamp'))).toBe(bybit.clock.nowMs() + 1_000)
    bybit.clock.advance(1_000)
    expect((await bybit.buy('59000', 'b')).retCode).toBe(0)
  })

  test('an address that asks for ever is shut out', async () => {
    await using bybit = await QuietBybit.start(undefined, { rateLimits: true })
    const statuses = new Set<number>()
    for (let i = 0; i < 601; i++) statuses.add((await fetch(`${bybit.venue.url}/v5/market/time`)).status)
    expect([...statuses]).toEqual([200, 403])
    bybit.clock.advance(5_000)
    expect((await fetch(`${bybit.venue.url}/v5/market/time`)).status).toBe(200)
  })
})
