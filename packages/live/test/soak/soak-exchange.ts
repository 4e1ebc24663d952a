/** The exchange of a soak, in a process of its own: it keeps every order for ever. Its market moves fifty times a second. */
import { createRng, numberToSteps } from '@kestrel/core'
import { FAULT_VENUES, START_BALANCES, START_PRICE, startFaultExchange } from '../faults/fault-venue.ts'

const exchange = await startFaultExchange('usdm')
const venue = exchange.venue(FAULT_VENUES.usdm.local)
venue.exchange.openAccount({ apiKey: 'soak', secret: 'soak', accountId: 'soak', balances: START_BALANCES })
const rng = createRng(1).stream('soak')
let price = START_PRICE

setInterval(() => {
  // Drawn back to where it began, so that hours end where minutes do.
  price = Math.round(price * Math.exp(0.0004 * rng.nextNormal() + 0.01 * Math.log(START_PRICE / price)))
  for (const market of venue.exchange.markets.values()) {
    const ticks = numberToSteps(price, market.tick, 'price')
    venue.exchange.setTouch(market.id, ticks, ticks, ticks)
  }
}, 20)
process.on('disconnect', () => process.exit())
process.send?.(venue.url)
