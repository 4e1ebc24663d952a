import { describe } from 'vitest'
import { gatewayFaults } from './gateway-faults.ts'
import { localSetup } from './local-trading.ts'

describe('binance spot', () => {
  gatewayFaults(localSetup('binance spot'))
})
