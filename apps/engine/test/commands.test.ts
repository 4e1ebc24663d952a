import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildProgram } from '../src/cli/program.ts'
import { kestrel, workFolder } from './kestrel-process.ts'

const ROOT = join(import.meta.dirname, '..', '..', '..')
let folder: string

beforeAll(() => {
  folder = workFolder()
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('every command and verb has a description and examples in its help', async () => {
  const program = await buildProgram(undefined)
  const silent: string[] = []
  const visit = (command: typeof program, path: string): void => {
    if (command.description() === '') silent.push(path)
    if (command.commands.length === 0 && path !== 'kestrel') {
      let help = ''
      command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp()
      if (!help.includes('Examples:')) silent.push(`${path} (examples)`)
    }
    for (const sub of command.commands) visit(sub, `${path} ${sub.name()}`)
  }
  visit(program, 'kestrel')
  expect(silent).toEqual([])
})

test('demo generates, runs and reports, and says what the market is', async () => {
  const { code, stdout } = await kestrel(folder, ['demo'])
  expect(code).toBe(0)
  expect(stdout).toContain('SYNTHETIC')
  const report = /Report\s+(\S+)/.exec(stdout)?.[1] ?? ''
  expect(existsSync(report)).toBe(true)
  expect(stdout.split('\n').filter((line) => line.length > 80 && !line.includes('/'))).toEqual([])
  // Again: the market is there already and nothing is in the way.
  expect((await kestrel(folder, ['demo', '--json'])).code).toBe(0)
})

describe('init', () => {
  test('makes a project that type-checks and runs', async () => {
    const made = await kestrel(folder, ['init', 'project', '--json'])
    expect(made.code).toBe(0)
    const project = join(folder, 'project')
    expect(readdirSync(project)).toEqual(
      expect.arrayContaining(['data', 'notebooks', 'runs', 'strategies', 'kestrel.config.json']),
    )
    expect((await kestrel(project, ['strategy', 'new', 'second-idea'])).code).toBe(0)
    execFileSync(process.execPath, [join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', project], {
      stdio: 'pipe',
    })
    await kestrel(project, ['data', 'generate', '--instrument', 'BTC-USDT.SYNTHETIC', '--bars', '1000'])
    const run = await kestrel(join(project, 'strategies'), ['backtest', './second-idea.ts', '--json', '--no-band'])
    expect(run.code).toBe(0)
    expect((JSON.parse(run.stdout) as { runDir: string }).runDir.startsWith(join(project, 'runs'))).toBe(true)
  })

  test('refuses a folder that holds something', async () => {
    const before = readdirSync(join(folder, 'project'))
    const refused = await kestrel(folder, ['init', 'project', '--json'])
    expect(refused).toMatchObject({ code: 2, stdout: '' })
    expect(readdirSync(join(folder, 'project'))).toEqual(before)
  })
})

test('doctor says of each thing how it is, and what to do where it is not well', async () => {
  const { code, stdout } = await kestrel(folder, ['doctor', '--json'], { REDIS_URL: 'redis://:secret@127.0.0.1:1' })
  expect(code).toBe(0)
  const { checks } = JSON.parse(stdout) as { checks: { name: string; status: string; fix: string | null }[] }
  expect(checks.map(({ name }) => name)).toEqual([
    'versions',
    'machine',
    'data-dir',
    'runs-dir',
    'clock',
    'lake',
    'redis',
  ])
  expect(checks.find(({ name }) => name === 'redis')).toMatchObject({ status: 'warning' })
  for (const { status, fix } of checks) if (status === 'problem' || status === 'warning') expect(fix).not.toBeNull()
  expect(stdout).not.toContain('secret')
})

test('strategies are listed with what they do, and shown with their parameters', async () => {
  const list = await kestrel(folder, ['strategy', 'list', '--ndjson'])
  const names = list.stdout
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as { name: string }).name)
  expect(names).toContain('sma-cross')
  const show = await kestrel(folder, ['strategy', 'show', 'sma-cross', '--json'])
  const { strategy } = JSON.parse(show.stdout) as {
    strategy: { parameters: { name: string; default: unknown; minimum: unknown }[] }
  }
  expect(strategy.parameters[0]).toMatchObject({ name: 'fast', default: 20, minimum: 2 })
})

test('data is generated, listed, verified and exported, and comes back the same', async () => {
  const at = ['--data-dir', 'trip']
  const market = ['--instrument', 'BTC-USDT.SYNTHETIC', '--timeframe', '1h']
  await kestrel(folder, ['data', 'generate', ...market, '--bars', '500', ...at])
  const exported = await kestrel(folder, ['data', 'export', ...market, '-o', 'bars.csv', ...at])
  expect(exported.code).toBe(0)
  const back = await kestrel(folder, [
    'data',
    'import',
    'bars.csv',
    '--instrument',
    'BTC-USDT.COPY',
    '--timeframe',
    '1h',
    '--json',
    ...at,
  ])
  expect(back.code).toBe(0)
  const list = await kestrel(folder, ['data', 'list', '--json', ...at])
  const { datasets } = JSON.parse(list.stdout) as {
    datasets: { contentHash: string; synthetic: boolean; rows: number }[]
  }
  expect(datasets.map(({ rows }) => rows)).toEqual([500, 500])
  expect(new Set(datasets.map(({ contentHash }) => contentHash)).size).toBe(1)
  expect(datasets.filter(({ synthetic }) => synthetic)).toHaveLength(1)
  const verified = await kestrel(folder, ['data', 'verify', '--json', ...at])
  expect(JSON.parse(verified.stdout)).toMatchObject({ ok: true })
})

test('data that was changed behind the catalog is found, with exit code 3', async () => {
  const at = ['--data-dir', 'broken']
  await kestrel(folder, ['data', 'generate', '--instrument', 'BTC-USDT.SYNTHETIC', '--bars', '500', ...at])
  const files = readdirSync(join(folder, 'broken', 'lake'), { recursive: true, encoding: 'utf8' })
  const parquet = files.find((name) => name.endsWith('.parquet')) ?? ''
  rmSync(join(folder, 'broken', 'lake', parquet))
  const verified = await kestrel(folder, ['data', 'verify', '--json', ...at])
  expect(verified).toMatchObject({ code: 3, stdout: '' })
  expect(verified.stderr).toContain('DATA_VERIFY_FAILED')
})

test.each(['bash', 'zsh', 'fish'])('the %s completion knows commands, verbs and flags', async (shell) => {
  const { code, stdout } = await kestrel(folder, ['completion', shell])
  expect(code).toBe(0)
  for (const word of ['backtest', 'gaps', 'slippage-bps']) expect(stdout).toContain(word)
})
