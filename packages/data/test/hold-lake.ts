/** A process that holds the lock of a lake until it is killed. Argument: the lake's folder. Prints a line when it has it. */
import { setTimeout as sleep } from 'node:timers/promises'

import { ManualClock } from '@kestrel/core'

import { withLakeLock } from '../src/lake/lake-lock.ts'

await withLakeLock(process.argv[2] ?? '', new ManualClock(0), async () => {
  process.stdout.write('held\n')
  await sleep(60_000)
})
