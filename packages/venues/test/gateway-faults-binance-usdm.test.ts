import { describe } from 'vitest'
import { gatewayFaults } from './gateway-faults.ts'
import { localSetup } from './local-trading.ts'

describe('binance USD-M', () => {
  gatewayFaults(localSetup('binance USD-M'))
})
