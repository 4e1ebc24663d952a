import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

import { createRng, ManualClock } from '@kestrel/core'
import { describe, expect, onTestFinished, test } from 'vitest'

import { importedBars, range, refusal, sampleBars, temporaryFolder } from '../../test/sample-data.ts'
import { withLakeLock } from './lake-lock.ts'
import { openLake } from './lake.ts'
import { thisProcess } from './process-identity.ts'

const WRITER = fileURLToPath(new URL('../../test/write-repeatedly.ts', import.meta.url))
const HOLDER = fileURLToPath(new URL('../../test/hold-lake.ts', import.meta.url))
const KEY = { instrument: 'BTC-USDT.TEST', kind: 'bars', timeframe: '12h' } as const
const clock = new ManualClock(Date.UTC(2025, 0, 1))

/** Starts a writer; its `hashes` are those of the versions it has written so far. */
function startWriter(dataDir: string, seed: number) {
  return startProcess(WRITER, [dataDir, String(seed)])
}

/** Starts a script; `started` waits for its first line. */
function startProcess(script: string, args: readonly string[]) {
  const child = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  const hashes: string[] = []
  const lines = createInterface({ input: child.stdout })
  lines.on('line', (line) => hashes.push(line))
  const exited = once(child, 'exit')
  const started = Promise.race([once(lines, 'line'), exited])
  let errors = ''
  child.stderr.on('data', (text: Buffer) => (errors += text.toString()))
  return { child, hashes, started, exited, errors: () => errors }
}

const leftovers = (dataDir: string): string[] =>
  readdirSync(join(dataDir, 'lake'), { recursive: true })
    .map(String)
    .filter((name) => name.includes('.tmp-'))

describe('a writer that is killed', () => {
  // Each kill costs the start of a process, so the long suite does more of them.
  const kills = Number(process.env['KESTREL_FUZZ_RUNS'] ?? 0) >= 100_000 ? 40 : 5
  test('leaves a whole dataset at whatever moment, and the next writer goes on', async () => {
    const dataDir = temporaryFolder()
    const lake = openLake(dataDir, { clock, cache: false })
    const rng = createRng(5)
    for (let kill = 0; kill < kills; kill++) {
      const writer = startWriter(dataDir, 1 + kill * 10_000)
      await writer.started
      await sleep(rng.nextFloat() * 120)
      writer.child.kill('SIGKILL')
      await writer.exited
      expect(writer.errors()).toBe('')
      const report = await lake.verify(KEY)
      expect(report.problems.filter(({ code }) => code !== 'EXTRA_FILE')).toEqual([])
      expect(report.rows).toBe(200)
      // What was reported as written is there, or a later version that was complete but not yet reported.
      if (report.contentHash !== writer.hashes.at(-1))
        expect(writer.hashes.slice(0, -1)).not.toContain(report.contentHash)
    }
    await lake.write(importedBars(sampleBars(range(0, 201), '12h', 77), '12h'), { onConflict: 'replace' })
    expect(leftovers(dataDir)).toEqual([])
    expect(await lake.verify(KEY)).toMatchObject({ ok: true, rows: 201, problems: [] })
  })
})

describe('two writers', () => {
  test('the second process is refused, naming the first, until that one is gone', async () => {
    const dataDir = temporaryFolder()
    const lake = openLake(dataDir, { clock })
    const holder = startProcess(HOLDER, [join(dataDir, 'lake')])
    await holder.started
    const error = await refusal(lake.write(importedBars(sampleBars(range(0, 10), '12h'), '12h')))
    expect(error.code).toBe('DATA_LAKE_BUSY')
    expect(error.message).toContain(`process ${holder.child.pid} since 1970-01-01T00:00:00Z; nothing was changed`)
    expect(error.retry).toBe('safe')
    expect(await lake.list()).toEqual({ datasets: [], broken: [] })
    holder.child.kill('SIGKILL')
    await holder.exited
    expect(await lake.write(importedBars(sampleBars(range(0, 10), '12h'), '12h'))).toMatchObject({ added: 10 })
  })

  test('readers see whole versions while another process writes', async () => {
    const dataDir = temporaryFolder()
    const writer = startWriter(dataDir, 1)
    await writer.started
    const lake = openLake(dataDir, { clock, cache: false })
    const seen = new Set<string>()
    for (let i = 0; i < 2_000 && seen.size < 4; i++) seen.add((await lake.loadBars(KEY.instrument, '12h')).dataHash)
    writer.child.kill('SIGKILL')
    await writer.exited
    expect(seen.size).toBe(4)
  })

  test('in one thread wait for each other', async () => {
    const dataDir = temporaryFolder()
    const [one, two] = [openLake(dataDir, { clock }), openLake(dataDir, { clock })]
    await Promise.all([
      one.write(importedBars(sampleBars(range(0, 50), '12h'), '12h')),
      two.write(importedBars(sampleBars(range(0, 80), '12h'), '12h')),
      one.write(importedBars(sampleBars(range(0, 60), '12h'), '12h')),
    ])
    expect((await one.loadBars(KEY.instrument, '12h')).rows).toBe(80)
    await one.close()
  })
})

describe('the lock', () => {
  async function heldBy(holder: object): Promise<string> {
    const folder = temporaryFolder()
    writeFileSync(join(folder, '.lock'), JSON.stringify({ ...thisProcess(), sinceMs: 0, ...holder }))
    return await withLakeLock(folder, clock, async () => {
      const inside = JSON.parse(readFileSync(join(folder, '.lock'), 'utf8')) as { pid: number }
      return await Promise.resolve(`held by ${inside.pid === process.pid ? 'us' : 'another'}`)
    })
  }

  test('of a process that has ended is taken over', async () => {
    const child = spawn(process.execPath, ['-e', ''])
    await once(child, 'exit')
    expect(await heldBy({ pid: child.pid })).toBe('held by us')
  })

  test.skipIf(thisProcess().started === '')(
    'of an ended process whose number was given again is taken over',
    async () => {
      expect(await heldBy({ started: 'another boot/1' })).toBe('held by us')
    },
  )

  test('of a living process, or of one on another machine, stands', async () => {
    expect((await refusal(heldBy({}))).code).toBe('DATA_LAKE_BUSY')
    expect((await refusal(heldBy({ host: 'elsewhere', pid: 1 }))).message).toContain('process 1 on elsewhere')
  })

  test('with no sense in it is taken over', async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, '.lock'), '{"pid":')
    expect(await withLakeLock(folder, clock, async () => await Promise.resolve('in'))).toBe('in')
    expect(readdirSync(folder)).toEqual([])
  })

  test('is let go when the work fails', async () => {
    const folder = join(temporaryFolder(), 'new')
    mkdirSync(folder)
    await expect(withLakeLock(folder, clock, async () => await Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(readdirSync(folder)).toEqual([])
  })
})
