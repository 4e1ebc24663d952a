import { describe } from 'vitest'
import { gatewayContract } from './gateway-contract.ts'
import { localSetup } from './local-trading.ts'

describe('bybit', () => {
  gatewayContract(localSetup('bybit'))
})
