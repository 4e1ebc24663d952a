/** L1, ccxt by itself: from a call of its `createOrder` to the socket, with orders of the same kind on the same exchange. */
import { subscribe } from 'node:diagnostics_channel'
import { measureCell } from '../cell/measure-cell.ts'
import { L1_KEYS } from '../live/bench-session.ts'
import { ccxtBinance, ORDER_SENT } from '../live/ccxt-client.ts'
import { startLocalExchange } from '../live/local-world.ts'
import { engineVersion } from '../setup/engine-version.ts'
import { quantileOf } from '../statistics.ts'
import { cellArguments } from './cell-arguments.ts'

const { units, runs, option } = cellArguments(['quantile'])
const quantile = Number(option('quantile', '0.99'))

using exchange = await startLocalExchange()
const Binance = await ccxtBinance()
const client = new Binance({ ...L1_KEYS, enableRateLimit: false, options: { defaultType: 'swap' } })
client.has['fetchCurrencies'] = false
client.options['fetchMarkets'] = { types: ['linear'] }
client.urls.api = Object.fromEntries(
  Object.entries(client.urls.api).map(([name, address]) => [
    name,
    typeof address === 'string' ? address.replace(/^https?:\/\/[^/]+/, exchange.url) : address,
  ]),
)
await client.loadMarkets()

let [sentMs, count, filled] = [Number.NaN, 0, 0]
subscribe(ORDER_SENT.channel, (message) => {
  if (ORDER_SENT.isOne(message)) sentMs = performance.now()
})

async function order(): Promise<number> {
  sentMs = Number.NaN
  const params = { newClientOrderId: `bench${count}`, newOrderRespType: 'RESULT' }
  const beganMs = performance.now()
  const placed = client.createOrder(
    'BTC/USDT:USDT',
    'market',
    count++ % 2 === 0 ? 'buy' : 'sell',
    0.01,
    undefined,
    params,
  )
  const { status } = (await placed) as { readonly status?: string }
  if (status === 'closed') filled++
  return sentMs - beganMs
}

await measureCell({
  version: engineVersion(),
  runs,
  prepare: () => undefined,
  checksum: () => '',
  async run() {
    const timesMs: number[] = []
    for (let i = 0; i < units; i++) timesMs.push(await order())
    return timesMs
  },
  callMs: (timesMs) => quantileOf(timesMs, quantile),
  outcome: (timesMs) => ({
    state: 'running',
    measured: timesMs.every((each) => each > 0),
    unfilled: count - filled,
    heldLots: 0,
  }),
})
process.exit()
