/** A process that runs one session until it is killed. It is handed where and what, then bars. */
import { enableCompileCache } from 'node:module'
import type { BarRow } from '@kestrel/kernel'
import type { ChildMessage } from './child-host.ts'
import type { SessionPlace } from './fault-session.ts'

enableCompileCache()
const { hostHere } = await import('./session-host.ts')

process.once('message', (place) => void begin(place as SessionPlace))
process.on('disconnect', () => process.exit())

async function begin(place: SessionPlace): Promise<void> {
  try {
    const { playedToMs, bar } = await hostHere(place)
    process.on('message', (row) => bar(row as BarRow))
    tell({ kind: 'running', playedToMs })
  } catch (error) {
    tell({ kind: 'refused', message: String(error) })
    process.disconnect()
  }
}

function tell(message: ChildMessage): void {
  process.send?.(message)
}
