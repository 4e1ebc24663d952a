import { describe } from 'vitest'
import { gatewayContract } from './gateway-contract.ts'
import { localSetup } from './local-trading.ts'

describe('binance spot', () => {
  gatewayContract(localSetup('binance spot'))
})
