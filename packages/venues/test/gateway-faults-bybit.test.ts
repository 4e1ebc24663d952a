import { describe } from 'vitest'
import { gatewayFaults } from './gateway-faults.ts'
import { localSetup } from './local-trading.ts'

describe('bybit', () => {
  gatewayFaults(localSetup('bybit'))
})
