import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ended, errorOf, kestrel, startKestrel, workFolder, writeStrategy } from './kestrel-process.ts'

const MARKET = 'BTC-USDT.SYNTHETIC'
const RUN = ['--instrument', MARKET, '--timeframe', '1h', '--no-band', '--no-report', '--json']
const MOUNT = '/bin/mount'
const UNMOUNT = '/bin/umount'
let folder: string

beforeAll(async () => {
  folder = workFolder()
  const made = await kestrel(folder, ['data', 'generate', '--instrument', MARKET, '--bars', '3000'])
  expect(made).toMatchObject({ code: 0 })
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Run folders, complete or not. */
function runFolders(): string[] {
  const runs = join(folder, '.kestrel', 'runs')
  return existsSync(runs) ? readdirSync(runs) : []
}

/** A call that fails leaves stdout empty, writes no run, and ends in one error document. */
async function expectFailure(args: readonly string[], exit: number, code: string, words: readonly string[], env = {}) {
  const before = runFolders()
  const result = await kestrel(folder, args, env)
  expect(result).toMatchObject({ code: exit, stdout: '' })
  const error = errorOf(result)
  expect(error.code).toBe(code)
  for (const word of words) expect(`${error.message} ${error.hint ?? ''}`).toContain(word)
  // The message for people stands once, before the document.
  expect(result.stderr.split(`Error: ${error.message}`)).toHaveLength(2)
  expect(runFolders()).toEqual(before)
}

describe('what cannot be read as a command', () => {
  test.each([
    ['an unknown command', ['backtst', '--json'], 'CLI_USAGE', ['backtst', 'Did you mean backtest?']],
    ['an unknown verb', ['data', 'lst', '--json'], 'CLI_USAGE', ['Did you mean list?']],
    ['an unknown flag', ['backtest', 'sma-cross', ...RUN, '--parm', 'a=1'], 'CLI_USAGE', ['--parm', '--param']],
    ['a missing argument', ['backtest', '--json'], 'CLI_USAGE', ['strategy']],
    ['an unknown choice', ['backtest', 'sma-cross', ...RUN, '--fill', 'soon'], 'CLI_USAGE', ['next-open, close']],
    ['text for a number', ['backtest', 'sma-cross', ...RUN, '--cash', 'lots'], 'CLI_NUMBER', ['--cash lots']],
    ['a percentage as a rate', ['backtest', 'sma-cross', ...RUN, '--taker-fee', '0.5'], 'CLI_RATE', ['fractions']],
    [
      'a day that does not exist',
      ['backtest', 'sma-cross', ...RUN, '--from', '2023-02-30'],
      'CLI_TIME',
      ['2023-02-30'],
    ],
    [
      'an end before the start',
      ['backtest', 'sma-cross', ...RUN, '--from', '2023-03-01', '--to', '2023-02-01'],
      'CLI_TIME',
      ['exclusive'],
    ],
    [
      'two forms of the window',
      ['backtest', 'sma-cross', ...RUN, '--timerange', '20230101-', '--to', '2023-02-01'],
      'CLI_TIME',
      [],
    ],
  ])('%s', async (_, args, code, words) => {
    await expectFailure(args, 2, code, words)
  })
})

describe('names that do not exist', () => {
  test.each([
    ['a strategy', ['backtest', 'sma-crss', ...RUN], 'STRATEGY_UNKNOWN', ['Did you mean sma-cross?']],
    ['a strategy file', ['backtest', './none.ts', ...RUN], 'STRATEGY_FILE', ['none.ts', 'strategy new']],
    [
      'an instrument',
      ['backtest', 'sma-cross', '--instrument', 'BTC-USDT.SYNTETIC', '--timeframe', '1h', '--json'],
      'CLI_INSTRUMENT',
      [`Did you mean ${MARKET}?`, 'kestrel data import'],
    ],
    [
      'an instrument id of another form',
      ['backtest', 'sma-cross', '--instrument', 'btc/usdt', '--json'],
      'CORE_INSTRUMENT_ID',
      ['btc/usdt'],
    ],
    [
      'a perpetual without bars',
      ['backtest', 'sma-cross', '--instrument', 'BTC-USDT-PERP.BINANCE', '--json'],
      'CLI_INSTRUMENT',
      ['no bars of BTC-USDT-PERP.BINANCE', 'kestrel data import'],
    ],
    ['a parameter', ['backtest', 'sma-cross', ...RUN, '--param', 'fats=3'], 'KERNEL_PARAM', ['Did you mean fast?']],
    [
      'a parameter out of its bounds',
      ['backtest', 'sma-cross', ...RUN, '--param', 'fast=1'],
      'KERNEL_PARAM',
      ['fast', '>=2'],
    ],
    [
      'a parameter of another type',
      ['backtest', 'sma-cross', ...RUN, '--param', 'fast=x'],
      'KERNEL_PARAM',
      ['a number'],
    ],
    [
      'parameters against the rule between them',
      ['backtest', 'sma-cross', ...RUN, '--param', 'fast=90'],
      'KERNEL_PARAM',
      ['fast < slow'],
    ],
    ['a run', ['runs', 'show', 'nothing', '--json'], 'RUN_UNKNOWN', ['nothing']],
  ])('%s', async (_, args, code, words) => {
    await expectFailure(args, 2, code, words)
  })

  test('a setting, in a file and in the environment', async () => {
    writeFileSync(join(folder, 'typo.json'), '{ "backtest": { "slipageBps": 3 } } // a comment')
    await expectFailure(['backtest', 'sma-cross', ...RUN, '-c', 'typo.json'], 2, 'CONFIG_UNKNOWN_KEY', [
      'backtest.slippageBps',
    ])
    const env = { KESTREL__BACKTEST__SLIPAGE_BPS: '3' }
    await expectFailure(['backtest', 'sma-cross', ...RUN], 2, 'CONFIG_UNKNOWN_KEY', ['SLIPPAGE_BPS'], env)
  })
})

describe('data that is not there', () => {
  test.each([
    ['a window without data', ['--from', '2030-01-01'], 'DATA_WINDOW_EMPTY', ['2030-01-01', 'The lake has 2023-01-01']],
    ['a timeframe that cannot be made', ['--timeframe', '5m'], 'DATA_NOT_FOUND', ['5m', 'kestrel data import']],
  ])('%s', async (_, args, code, words) => {
    await expectFailure(['backtest', 'sma-cross', ...RUN, ...args], 3, code, words)
  })

  test('a gap inside the window: what, where, how many, and the way on', async () => {
    const rows = Array.from({ length: 400 }, (_, i) => i).filter((i) => i < 100 || i >= 107)
    const lines = rows.map((i) => `${1_672_531_200_000 + i * 3_600_000},100,103,99,${100 + (i % 3)},5`)
    writeFileSync(join(folder, 'gap.csv'), `ts,open,high,low,close,volume\n${lines.join('\n')}\n`)
    const imported = await kestrel(folder, [
      'data',
      'import',
      'gap.csv',
      '--instrument',
      'GAP-USDT.TEST',
      '--timeframe',
      '1h',
      '--json',
    ])
    expect(imported.code).toBe(0)
    const market = ['--instrument', 'GAP-USDT.TEST', '--timeframe', '1h', '--json']
    await expectFailure(['backtest', 'buy-and-hold', ...market], 3, 'BACKTEST_GAPS', [
      'lacks 7 bars in 1 gap, the longest 7 bars',
      '2023-01-05T04:00:00Z',
      'kestrel data gaps --instrument GAP-USDT.TEST',
      '--allow-gaps',
    ])
    // A window beside the gap is no concern of it.
    const beside = await kestrel(folder, ['backtest', 'buy-and-hold', ...market, '--to', '2023-01-05', '--no-report'])
    expect(beside.code).toBe(0)
    const allowed = await kestrel(folder, ['backtest', 'buy-and-hold', ...market, '--allow-gaps', '--no-report'])
    expect(allowed.code).toBe(0)
    const document = JSON.parse(allowed.stdout) as {
      gaps: { missingBars: number; profit: number }
      warnings: { code: string }[]
    }
    expect(document.gaps).toMatchObject({ gaps: 1, missingBars: 7, bars: 2 })
    expect(document.warnings.map(({ code }) => code)).toContain('gaps-allowed')
  })
})

describe('strategies that go wrong', () => {
  test('one that throws is named with time, message and place', async () => {
    const file = writeStrategy(folder, 'throws', "if (n === 500) throw new Error('no such luck')")
    await expectFailure(['backtest', file, ...RUN], 1, 'KERNEL_STRATEGY_FAILED', [
      'Strategy throws failed at 2023-01-21T20:00:00Z',
      'no such luck',
      `${file}:13`,
    ])
  })

  test('one that targets NaN', async () => {
    const file = writeStrategy(folder, 'not-a-number', 'target(instrument, Number.NaN)')
    const result = await kestrel(folder, ['backtest', file, ...RUN])
    expect(result).toMatchObject({ code: 1, stdout: '' })
    expect(errorOf(result).message).toContain('not a number')
  })

  test.each([
    ['off the grid', 'off-grid', 'quantity: 0.123456789', 'not a multiple'],
    ['for more than is owned', 'too-much', "quantity: 5, side: 'sell'", 'only 0 are held'],
  ])('orders %s are refused with the reason, and the run says so', async (_, name, fields, reason) => {
    const file = writeStrategy(folder, name, `submit({ instrument, side: 'buy', type: 'market', ${fields} } as never)`)
    const result = await kestrel(folder, ['backtest', file, ...RUN])
    expect(result.code).toBe(0)
    const document = JSON.parse(result.stdout) as {
      metrics: { trades: number; refusals: number }
      warnings: { code: string; message: string }[]
    }
    expect(document.metrics).toMatchObject({ trades: 0, refusals: 3000 })
    expect(document.warnings.find(({ code }) => code === 'orders-refused')?.message).toContain(reason)
  })

  test('one that never returns is stopped, with the time of the last bar', async () => {
    const file = writeStrategy(folder, 'endless', 'if (n === 500) for (;;) {}')
    await expectFailure(['backtest', file, ...RUN, '--strategy-timeout', '1'], 1, 'STRATEGY_STUCK', [
      'endless',
      'no progress for 1 s',
      '2023-01-21T19:00:00Z',
    ])
  })

  test.each([
    ['does not parse', 'export default defineStrategy({ name', ['does not parse', 'broken.ts:1']],
    ['throws on import', "\nthrow new Error('early')", ['early', 'broken.ts:2']],
    ['exports nothing', 'export const a = 1', ['no default export']],
    ['exports something else', 'export default 5', ['no strategy']],
    ['imports what is not there', "import x from 'left-pad-of-nobody'\nexport default x", ['left-pad-of-nobody']],
  ])('a file that %s', async (_, text, words) => {
    writeFileSync(join(folder, 'broken.ts'), text)
    await expectFailure(['backtest', './broken.ts', ...RUN], 2, 'STRATEGY_FILE', words)
  })

  test('one that fails the contract suite ends with 6', async () => {
    const file = writeStrategy(
      folder,
      'grid-breaker',
      "submit({ instrument, side: 'buy', type: 'market', quantity: 0.123456789 })",
    )
    await expectFailure(['strategy', 'check', file, '--json'], 6, 'STRATEGY_CHECK_FAILED', ['grid'])
  })

  test('what a strategy prints stays away from stdout', async () => {
    const file = writeStrategy(folder, 'talks', "if (n === 1) console.log('hello from the strategy')")
    const result = await kestrel(folder, ['backtest', file, ...RUN])
    expect(result.code).toBe(0)
    expect(JSON.parse(result.stdout)).toMatchObject({ strategy: 'talks' })
    expect(result.stderr).toContain('hello from the strategy')
  })
})

describe('interruptions', () => {
  const SLOW = 'const end = performance.now() + 2; while (performance.now() < end);'

  test('Ctrl-C ends a run with 130 and writes nothing', async () => {
    const file = writeStrategy(folder, 'slow', `if (n === 1) console.log('running')\n${SLOW}`)
    const before = runFolders()
    const child = startKestrel(folder, ['backtest', file, ...RUN])
    child.stderr?.once('data', () => child.kill('SIGINT'))
    const result = await ended(child)
    expect(result).toMatchObject({ code: 130, stdout: '' })
    expect(errorOf(result).code).toBe('INTERRUPTED')
    expect(runFolders()).toEqual(before)
  })

  test('a second Ctrl-C ends a strategy that never returns at once', async () => {
    const file = writeStrategy(folder, 'endless', "if (n === 1) console.log('running')\nif (n === 500) for (;;) {}")
    const child = startKestrel(folder, ['backtest', file, ...RUN])
    const answers = ['running', 'Stopping']
    child.stderr?.on('data', (bytes: Buffer) => {
      const [awaited] = answers
      if (awaited === undefined || !bytes.toString().includes(awaited)) return
      answers.shift()
      child.kill('SIGINT')
    })
    const result = await ended(child)
    expect(result).toMatchObject({ code: 130, stdout: '' })
    expect(errorOf(result).message).toContain('No run was written')
  })
})

describe('the disk and other processes', () => {
  const isRoot = process.getuid?.() === 0

  test.skipIf(!isRoot || !canMount())('a full disk (needs root for a tiny file system)', async () => {
    const mount = join(folder, 'tiny')
    mkdirSync(mount)
    execFileSync(MOUNT, ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', mount])
    try {
      const result = await kestrel(folder, ['backtest', 'sma-cross', ...RUN, '--runs-dir', mount])
      expect(result).toMatchObject({ code: 1, stdout: '' })
      expect(errorOf(result)).toMatchObject({ code: 'DATA_DISK_FULL' })
      expect(errorOf(result).message).toContain('the disk is full')
      expect(readdirSync(mount)).toEqual([])
      const generated = await kestrel(folder, [
        'data',
        'generate',
        '--instrument',
        MARKET,
        '--bars',
        '9000',
        '--data-dir',
        mount,
        '--json',
      ])
      expect(generated).toMatchObject({ code: 1, stdout: '' })
      expect(errorOf(generated).code).toBe('DATA_DISK_FULL')
    } finally {
      execFileSync(UNMOUNT, [mount])
    }
  })

  test('a second writer of the same lake is turned away and changes nothing', async () => {
    const lake = join(folder, '.kestrel', 'data', 'lake')
    const stat = readFileSync(`/proc/${process.pid}/stat`, 'utf8')
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    const started = `${boot}/${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''}`
    const holder = { pid: process.pid, host: (await import('node:os')).hostname(), started, sinceMs: 0 }
    writeFileSync(join(lake, '.lock'), JSON.stringify(holder))
    const args = ['data', 'generate', '--instrument', 'ETH-USDT.SYNTHETIC', '--bars', '100', '--json']
    const refused = await kestrel(folder, args)
    expect(refused).toMatchObject({ code: 1, stdout: '' })
    expect(errorOf(refused)).toMatchObject({ code: 'DATA_LAKE_BUSY' })
    expect(errorOf(refused).message).toContain(String(process.pid))
    // Readers need no lock.
    expect((await kestrel(folder, ['data', 'list', '--json'])).code).toBe(0)
    rmSync(join(lake, '.lock'))
    expect((await kestrel(folder, args)).code).toBe(0)
  })
})

/** Containers may run as root without the right to mount. */
function canMount(): boolean {
  const probe = workFolder()
  try {
    execFileSync(MOUNT, ['-t', 'tmpfs', '-o', 'size=16k', 'tmpfs', probe], { stdio: 'ignore' })
    execFileSync(UNMOUNT, [probe])
    return true
  } catch {
    return false
  } finally {
    rmSync(probe, { recursive: true, force: true })
  }
}
