import { execFileSync, spawnSync } from 'node:child_process'
import { appendFileSync, existsSync, readdirSync, statfsSync } from 'node:fs'
import { join } from 'node:path'

import { ManualClock } from '@kestrel/core'
import { expect, onTestFinished, test } from 'vitest'

import { importedBars, range, refusal, sampleBars, temporaryFolder } from '../../test/sample-data.ts'
import { diskError } from '../files/disk-error.ts'
import { writeParquet } from '../parquet/write-parquet.ts'
import { openLake } from './lake.ts'

const clock = new ManualClock(0)
const KEY = { instrument: 'BTC-USDT.TEST', kind: 'bars', timeframe: '1m' } as const

/** A file system of 512 kB, gone with the test. */
function smallDisk(): string {
  const folder = temporaryFolder()
  execFileSync('/usr/bin/mount', ['-t', 'tmpfs', '-o', 'size=512k', 'tmpfs', folder])
  onTestFinished(() => void execFileSync('/usr/bin/umount', ['-l', folder]))
  return folder
}

const canMount = ((): boolean => {
  const made = spawnSync('/usr/bin/unshare', ['-m', '/usr/bin/mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], {
    stdio: 'ignore',
  })
  return made.status === 0
})()

test.skipIf(!canMount)('a full disk is one clear error and leaves no trace (needs the right to mount)', async () => {
  const dataDir = smallDisk()
  const lake = openLake(dataDir, { clock, cache: false })
  const small = importedBars(sampleBars(range(0, 2_000), '1m'), '1m')
  await lake.write(small)
  const before = filesBelow(dataDir)
  const large = importedBars(sampleBars(range(0, 80_000), '1m'), '1m')
  const error = await refusal(lake.write(large))
  expect(error.code).toBe('DATA_DISK_FULL')
  expect(error.message).toBe('Writing BTC-USDT.TEST bars 1m failed: the disk is full. Nothing was changed.')
  expect(filesBelow(dataDir)).toEqual(before)
  expect(await lake.verify(KEY)).toMatchObject({ ok: true, rows: 2_000, problems: [] })
  const other = await refusal(lake.write({ ...large, key: { ...KEY, instrument: 'ETH-USDT.TEST' } }))
  expect(other.code).toBe('DATA_DISK_FULL')
  expect(existsSync(join(dataDir, 'lake/venue=TEST/instrument=ETH-USDT.TEST'))).toBe(false)
  const noise = Float64Array.from(range(0, 90_000), (i) => Math.sin(i))
  expect((await refusal(writeParquet(join(dataDir, 'fills.parquet'), { noise }))).code).toBe('DATA_DISK_FULL')
  appendFileSync(join(dataDir, 'filler'), Buffer.alloc(freeBytes(dataDir) - 20_000))
  expect((await refusal(lake.export(KEY, join(dataDir, 'out.csv')))).code).toBe('DATA_DISK_FULL')
  expect(filesBelow(dataDir)).toEqual(['filler', ...before])
})

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true }).map(String).sort()
}

function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder)
  return bavail * bsize
}

test.each([
  ['write EFBIG: file too large', 'DATA_DISK_FULL'],
  ['IO Error: Could not write file "x": No space left on device', 'DATA_DISK_FULL'],
  ['EDQUOT: disk quota exceeded', 'DATA_DISK_FULL'],
  ['EROFS: read-only file system, open', 'DATA_WRITE_DENIED'],
  ['IO Error: Cannot open file "x": Permission denied', 'DATA_WRITE_DENIED'],
])('"%s" is told as %s', (message, code) => {
  expect(diskError(new Error(message), 'Writing x')).toMatchObject({
    code,
    message: expect.stringContaining('Nothing was changed') as string,
  })
})

test('errors that are not about the disk pass as they are', () => {
  const bug = new TypeError('x is not a function')
  expect(diskError(bug, 'Writing x')).toBe(bug)
})

test('a load works on a disk that takes no cache', async () => {
  const dataDir = temporaryFolder()
  const lake = openLake(dataDir, { clock })
  await lake.write(importedBars(sampleBars(range(0, 100), '1m'), '1m'))
  // A file where the cache folder should be: nothing can be written below it.
  execFileSync('touch', [join(dataDir, 'cache')])
  expect((await lake.loadBars(KEY.instrument, '1m')).rows).toBe(100)
  await lake.close()
  expect((await lake.loadBars(KEY.instrument, '1m')).rows).toBe(100)
  await lake.close()
})
