/**
 * A process that writes to a lake until it is killed, for the tests of crash safety.
 *
 * Arguments: data folder, first seed. Writes versions of one dataset, each replacing every row, and prints the content hash
 * of each after it was written.
 */
import { ManualClock } from '@kestrel/core'

import { openLake } from '../src/lake/lake.ts'
import { importedBars, range, sampleBars } from './sample-bars.ts'

const [dataDir = '', firstSeed = '1'] = process.argv.slice(2)
const lake = openLake(dataDir, { clock: new ManualClock(0), threads: 1 })
for (let seed = Number(firstSeed); ; seed++) {
  const { record } = await lake.write(importedBars(sampleBars(range(0, 200), '12h', seed), '12h'), {
    onConflict: 'replace',
  })
  process.stdout.write(`${record.contentHash}\n`)
}
