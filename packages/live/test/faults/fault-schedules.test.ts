import { expect, test } from 'vitest'
import { faultCase, runFaultCase, startFaultExchange } from './fault-run.ts'

test('without faults the books are those of the exchange', async () => {
  await using exchange = await startFaultExchange()
  const outcome = await runFaultCase(exchange, { ...faultCase(1), schedule: { faults: [] } })
  expect(outcome).toMatchObject({ problems: [] })
  expect(outcome.fills).toBeGreaterThan(0)
}, 60_000)
