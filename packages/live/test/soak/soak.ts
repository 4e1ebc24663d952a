/**
 * `npm run soak [-- --minutes 20]`: a live session with the real client on a local exchange, ten bars and some twenty orders a
 * second. Prints what the heap holds after a forced collection each minute, and fails where it grows by more than 2 MB from
 * minute 5 to the end.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createRng } from '@kestrel/core'
import { MACHINE_CLOCK, MINUTE } from '../faults/fault-session.ts'
import { FAULT_VENUES, START_PRICE } from '../faults/fault-venue.ts'
import { openSoakSession } from './soak-session.ts'

const BAR_EVERY_MS = 100
const MOST_GROWTH_MB = 2
const FROM_MINUTE = 5

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void
const { values } = parseArgs({ options: { minutes: { type: 'string', default: '20' } } })
const minutes = Number(values.minutes)

const folder = mkdtempSync(join(tmpdir(), 'kestrel-soak-'))
const exchange = fork(join(import.meta.dirname, 'soak-exchange.ts'), [], { execArgv: [] })
try {
  const [url] = (await once(exchange, 'message')) as [string]
  process.exitCode = await soak(url)
} finally {
  exchange.kill()
  rmSync(folder, { recursive: true })
}
// Requests under way would keep the process for their time limit.
process.exit()

async function soak(url: string): Promise<number> {
  const session = await openSoakSession(url, folder)
  const rng = createRng(2).stream('bars')
  const startMs = performance.now()
  const heapMb = new Map<number, number>()
  let closeTimeMs = session.playFromMs
  let price = START_PRICE
  for (let minute = 1; minute <= Math.ceil(minutes); minute++) {
    const untilMs = startMs + Math.min(minute, minutes) * MINUTE
    while (performance.now() < untilMs && session.state === 'running') {
      const open = price
      price = Math.round(START_PRICE * Math.exp(0.002 * rng.nextNormal()))
      const openTimeMs = closeTimeMs
      closeTimeMs += MINUTE
      session.onBar(FAULT_VENUES.usdm.instrument, '1m', {
        openTimeMs,
        closeTimeMs,
        open,
        high: Math.max(open, price),
        low: Math.min(open, price),
        close: price,
        volume: 1_000,
        tsRecvMs: MACHINE_CLOCK.nowMs(),
      })
      await wait(BAR_EVERY_MS)
    }
    collect()
    const { heapUsed, arrayBuffers } = process.memoryUsage()
    heapMb.set(minute, heapUsed / 1e6)
    const { desk } = session.core.kernel
    console.log(
      `minute ${minute}: heap ${(heapUsed / 1e6).toFixed(2)} MB, columns ${(arrayBuffers / 1e6).toFixed(2)} MB, ${desk.fills.count} fills, ${session.state}`,
    )
  }
  const growthMb = (heapMb.get(Math.ceil(minutes)) ?? 0) - (heapMb.get(FROM_MINUTE) ?? Infinity)
  const isMeasured = minutes > FROM_MINUTE
  if (isMeasured) console.log(`from minute ${FROM_MINUTE} on the heap grew by ${growthMb.toFixed(2)} MB`)
  return session.state === 'running' && (!isMeasured || growthMb <= MOST_GROWTH_MB) ? 0 : 1
}
