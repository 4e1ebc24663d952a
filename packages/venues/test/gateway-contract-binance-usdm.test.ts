import { describe } from 'vitest'
import { gatewayContract } from './gateway-contract.ts'
import { localSetup } from './local-trading.ts'

describe('binance USD-M', () => {
  gatewayContract(localSetup('binance USD-M'))
})
