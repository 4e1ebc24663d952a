import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runTool } from '../checks/run-tool.ts'
import { packPackages } from './pack-packages.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const INSTALL_TIMEOUT_MS = 300_000

/** What an author writes who has installed Kestrel and knows no other name; the types come from the schema. */
const STRATEGY = `import { defineStrategy, z } from 'kestrel'

export default defineStrategy({
  name: 'packed-cross',
  about: 'Long while the fast average of the close is above the slow one.',
  params: z.object({
    fast: z.number().int().min(2).max(200).default(5).describe('bars in the fast average'),
    slow: z.number().int().min(5).max(600).default(20).describe('bars in the slow average'),
  }),
  valid: ({ fast, slow }) => fast < slow,
  start({ params, instrument, bars, indicator, target }) {
    const series = bars(instrument)
    const fast = indicator.sma(series.close, params.fast)
    const slow = indicator.sma(series.close, params.slow)
    // @ts-expect-error a parameter has the type of its schema, also in the built declarations
    const text: string = params.fast
    void text
    return {
      onBar() {
        if (slow.ready) target(instrument, fast.value > slow.value ? 1 : 0)
      },
    }
  },
})
`

let tarballs: readonly string[]
/** An empty project outside the repository with every package installed. */
let project: string

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'kestrel-packed-'))
  project = join(folder, 'project')
  tarballs = await packPackages(ROOT, join(folder, 'tarballs'))
  await mkdir(project)
  await writeFile(join(project, 'package.json'), '{ "private": true, "type": "module" }\n')
  const flags = ['--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error']
  const run = await runTool('npm', ['install', ...flags, ...tarballs], { cwd: project })
  if (run.code !== 0) throw new Error(`npm install of the tarballs failed:\n${run.stdout}${run.stderr}`)
}, INSTALL_TIMEOUT_MS)

afterAll(async () => {
  await rm(join(project, '..'), { recursive: true, force: true })
})

const kestrel = (...args: string[]): ReturnType<typeof runTool> =>
  runTool(process.execPath, [join('node_modules', 'kestrel', 'bin', 'kestrel.mjs'), ...args], { cwd: project })

describe('the packed packages, installed in an empty folder', () => {
  test('are the engine and every library, at one version', async () => {
    const { version } = JSON.parse(await readFile(join(ROOT, 'apps', 'engine', 'package.json'), 'utf8')) as {
      version: string
    }
    const names = [
      'kestrel',
      'kestrel-backtest',
      'kestrel-core',
      'kestrel-data',
      'kestrel-indicators',
      'kestrel-kernel',
      'kestrel-strategies',
    ]
    expect(tarballs.map((path) => basename(path))).toEqual(
      expect.arrayContaining(names.map((name) => `${name}-${version}.tgz`)),
    )
  })

  test.each(['core', 'data', 'indicators', 'kernel', 'backtest', 'strategies'])(
    '@kestrel/%s gives the same names built as from its sources',
    async (name) => {
      const print = (specifier: string): string =>
        `console.log(JSON.stringify(Object.keys(await import('${specifier}')).sort()))`
      const [built, source] = await Promise.all([
        runTool(process.execPath, ['--input-type=module', '-e', print(`@kestrel/${name}`)], { cwd: project }),
        runTool(process.execPath, ['--input-type=module', '-e', print(`@kestrel/${name}`)], {
          cwd: join(ROOT, 'packages', name),
        }),
      ])
      expect(built.stderr).toBe('')
      expect(JSON.parse(built.stdout)).toEqual(JSON.parse(source.stdout))
      expect(JSON.parse(built.stdout)).not.toEqual([])
    },
  )

  test('hold no source, no test and no file of the workspace', async () => {
    for (const tarball of tarballs) {
      const { stdout } = await runTool('tar', ['tzf', tarball], { cwd: project })
      const odd = stdout
        .split('\n')
        .filter((path) => /\.(test|fixture|bench)\.|(?<!\.d)\.ts$|\/src\/|tsconfig|fixtures/.test(path))
      expect([basename(tarball), odd]).toEqual([basename(tarball), []])
    }
  })

  test('a strategy type-checks against the declarations', async () => {
    await writeFile(join(project, 'packed-cross.ts'), STRATEGY)
    const compilerOptions = {
      strict: true,
      module: 'nodenext',
      target: 'es2024',
      lib: ['es2024', 'esnext.disposable'],
      noEmit: true,
      skipLibCheck: true,
      types: ['node'],
      typeRoots: [join(ROOT, 'node_modules', '@types')],
    }
    await writeFile(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['packed-cross.ts'] }))
    const run = await runTool('tsc', ['-p', '.', '--pretty', 'false'], { cwd: project })
    expect(run.stdout).toBe('')
    expect(run.code).toBe(0)
  })

  test('the command answers --help', async () => {
    const { code, stdout, stderr } = await kestrel('--help')
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toContain('backtest')
  })

  test('a strategy of the author is backtested', async () => {
    await writeFile(join(project, 'packed-cross.ts'), STRATEGY)
    const market = ['--instrument', 'BTC-USDT.BINANCE', '--timeframe', '1h']
    const generated = await kestrel(
      'data',
      'generate',
      ...market,
      '--bars',
      '2000',
      '--seed',
      '1',
      '--model',
      'garch',
      '--json',
    )
    expect([generated.code, generated.code === 0 ? '' : generated.stderr]).toEqual([0, ''])
    const run = await kestrel('backtest', './packed-cross.ts', ...market, '--json')
    expect([run.code, run.code === 0 ? '' : run.stderr]).toEqual([0, ''])
    const result = JSON.parse(run.stdout) as {
      synthetic: boolean
      metrics: { trades: number }
      hashes: Record<string, string>
    }
    expect(result.synthetic).toBe(true)
    expect(result.metrics.trades).toBeGreaterThan(0)
    expect(Object.keys(result.hashes).sort()).toEqual(['code', 'data', 'log', 'trades'])
  })
})
