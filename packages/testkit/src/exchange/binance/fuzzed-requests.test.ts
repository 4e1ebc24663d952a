import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SPOT_ENDPOINTS, USDM_ENDPOINTS } from './endpoints.ts'
import { signedClient } from './signed-client.ts'

const RUNS = process.env['KESTREL_VERIFY'] === '1' ? 20_000 : 600

const NAMES = [
  'symbol side type timeInForce quantity price quoteOrderQty stopPrice trailingDelta icebergQty newClientOrderId orderId',
  'origClientOrderId cancelReplaceMode cancelOrderId newQty limit startTime endTime fromId positionSide reduceOnly',
  'closePosition triggerPrice algoType algoId clientAlgoId callbackRate activationPrice workingType priceMatch',
  'goodTillDate leverage marginType dualSidePosition amount asset batchOrders orderidlist origclientorderidlist',
  'countdownTime selfTradePreventionMode incomeType newOrderRespType',
]
  .join(' ')
  .split(' ')

const values = fc.oneof(
  fc.constantFrom(
    ...'BTCUSDT BUY SELL LIMIT MARKET STOP STOP_MARKET STOP_LOSS_LIMIT TAKE_PROFIT LIMIT_MAKER TRAILING_STOP_MARKET'.split(
      ' ',
    ),
    ...'GTC IOC FOK GTX GTD 0.01 0.1 59000 61000 1 0 -1 5 99999999999999999999 0.00000001 1e5 NaN true false'.split(
      ' ',
    ),
    ...'BOTH LONG SHORT CONDITIONAL CROSSED ISOLATED QUEUE OPPONENT USDT MAIN_UMFUTURE EXPIRE_BOTH FULL'.split(' '),
    ...'[] [1,2] [null] ["a"] [{"symbol":"BTCUSDT"}] {} null'.split(' '),
  ),
  fc.string({ maxLength: 12 }),
)
const params = fc.dictionary(fc.constantFrom(...NAMES), values, { maxKeys: 12 })
const endpoint = fc.constantFrom(...SPOT_ENDPOINTS.keys(), ...USDM_ENDPOINTS.keys())

test('whatever is sent, the answer is JSON and the money stays whole', () => {
  const client = signedClient({}, false)
  fc.assert(
    fc.property(endpoint, params, (path, given) => {
      const [method = '', route = ''] = path.split(' ')
      const answer = client.call(method, route, given)
      expect(typeof answer).toBe('object')
      expect(client.core.audit().every(({ deposited, held }) => deposited === held)).toBe(true)
    }),
    { numRuns: RUNS },
  )
})

test('whatever comes over a socket, it is answered', () => {
  const client = signedClient({}, false)
  const answers: string[] = []
  const socket = client.dialect.openStream(
    '/ws-api/v3',
    new URLSearchParams(),
    (text) => answers.push(text),
    () => undefined,
  )
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      answers.length = 0
      socket?.message(text, client.clock.nowMs())
      expect(answers).toHaveLength(1)
      expect(JSON.parse(answers[0] ?? '')).toMatchObject({ status: expect.any(Number) })
    }),
    { numRuns: RUNS },
  )
})
