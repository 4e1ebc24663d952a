import { statfs, mkdir, rm, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { availableParallelism, totalmem } from 'node:os'
import { dirname, join } from 'node:path'
import type { Clock } from '@kestrel/core'
import { bytesText } from '../cli/output/numbers.ts'
import { kestrelVersion } from '../version.ts'
import { type Diagnosis, ok, problem, warning } from './diagnosis.ts'

const OLDEST_NODE = 24
const LITTLE_MEMORY = 2e9
const LITTLE_DISK = 2e9
/** 2026-01-01: no machine that runs this version has an honest clock before it. */
const EARLIEST_MS = 1_767_225_600_000
const LATEST_MS = 4_102_444_800_000

export function versions(): Diagnosis {
  const node = process.versions.node
  const detail = `Kestrel ${kestrelVersion()}, Node ${node}, ${process.platform} ${process.arch}`
  if (Number(node.split('.')[0]) >= OLDEST_NODE) return ok('versions', detail)
  return problem('versions', detail, `Install Node ${OLDEST_NODE} or newer: npm install node@${OLDEST_NODE}`)
}

export function machineSize(): Diagnosis {
  const memory = totalmem()
  const detail = `${availableParallelism()} cores, ${bytesText(memory)} of memory`
  if (memory >= LITTLE_MEMORY) return ok('machine', detail)
  return warning(
    'machine',
    detail,
    'Long windows of one-minute bars need about 1.5 GB; use longer bars or shorter windows.',
  )
}

/** Whether a folder can be written, tried by writing; it is made for the trial only where it is absent. */
export async function folderAccess(name: string, folder: string): Promise<Diagnosis> {
  const present = firstPresent(folder)
  const probe = join(present, `.kestrel-doctor-${process.pid}`)
  try {
    await mkdir(present, { recursive: true })
    await writeFile(probe, 'x', { flag: 'wx' })
  } catch (error) {
    const fix = `Give this user the right to write there, or choose another folder with --${name}.`
    return problem(name, `${folder} cannot be written: ${(error as Error).message}`, fix)
  } finally {
    await rm(probe, { force: true }).catch(() => undefined)
  }
  const { bavail, bsize } = await statfs(present)
  const free = bavail * bsize
  const detail = `${folder}${present === folder ? '' : ' (made when needed)'}, ${bytesText(free)} free`
  if (free >= LITTLE_DISK) return ok(name, detail)
  return warning(
    name,
    detail,
    'Free some space: a year of one-minute bars takes about 15 MB, runs up to some hundred MB.',
  )
}

function firstPresent(folder: string): string {
  let at = folder
  while (!existsSync(at) && dirname(at) !== at) at = dirname(at)
  return at
}

export function clockSanity(clock: Clock): Diagnosis {
  const nowMs = clock.nowMs()
  const detail = new Date(nowMs).toISOString()
  if (nowMs > EARLIEST_MS && nowMs < LATEST_MS) return ok('clock', `${detail} (results never depend on it)`)
  return warning(
    'clock',
    `${detail} cannot be right`,
    'Turn on time synchronisation, for example: timedatectl set-ntp true',
  )
}
