/** A process that runs cases, several at a time, each with an exchange of its own. It is handed cases and tells outcomes. */
import type { LocalExchange } from '@kestrel/testkit'
import type { FaultCase } from './fault-case.ts'
import { runFaultCase } from './fault-run.ts'
import { type FaultVenueName, startFaultExchange } from './fault-venue.ts'

/** Accounts that one exchange has served before a new one takes its place, since it keeps every order. */
const CASES_OF_EXCHANGE = 40

const idle = new Map<FaultVenueName, { readonly exchange: LocalExchange; cases: number }[]>()

process.on('message', (message) => {
  const test = message as FaultCase
  void borrowed(test.venue, async (exchange) => runFaultCase(exchange, test)).then(
    (outcome) => process.send?.(outcome),
    (error: unknown) => process.send?.({ seed: test.seed, problems: [`no exchange: ${String(error)}`] }),
  )
})
process.on('disconnect', () => process.exit())

async function borrowed<T>(venue: FaultVenueName, use: (exchange: LocalExchange) => Promise<T>): Promise<T> {
  const there = idle.get(venue)?.pop()
  const lent = there ?? { exchange: await startFaultExchange(venue), cases: 0 }
  try {
    return await use(lent.exchange)
  } finally {
    if (++lent.cases >= CASES_OF_EXCHANGE) await lent.exchange.close()
    else idle.set(venue, [...(idle.get(venue) ?? []), lent])
  }
}
