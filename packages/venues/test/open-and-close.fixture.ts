/** Opens a gateway and its stream, closes it, and has nothing left that would keep the process alive. */
import { ccxtTradingGateway } from '../src/index.ts'

const [baseUrl = '', apiKey = '', secret = ''] = process.argv.slice(2)
const gateway = ccxtTradingGateway({ venue: 'binance', products: ['linear'], keys: { apiKey, secret }, baseUrl })
await gateway.connect()
const connected = Promise.withResolvers<undefined>()
gateway.streamAccount({
  onOrder: () => undefined,
  onFill: () => undefined,
  onBalance: () => undefined,
  onPosition: () => undefined,
  onGap: () => undefined,
  onStatus: ({ isConnected }) => {
    if (isConnected) connected.resolve(undefined)
  },
})
await connected.promise
await gateway.close()
process.stdout.write('closed\n')
