import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ended, errorOf, kestrel, startKestrel, workFolder } from '../kestrel-process.ts'
import { documentOf } from './run-command.ts'

const START_MS = 1_672_531_200_000
const HOUR_MS = 3_600_000
const HEADER = 'ts,open,high,low,close,volume'
/** The row that is spoiled, counted from 0, and its line in the file. */
const ROW = 50
const LINE = ROW + 2

const timeOf = (row: number): number => START_MS + row * HOUR_MS
const rowText = (row: number, prices = '100,103,99,101', volume = '5'): string => `${timeOf(row)},${prices},${volume}`
const ROWS = Array.from({ length: 200 }, (_, row) => rowText(row))

function file(rows: readonly string[], header = HEADER): string {
  return `${[header, ...rows].join('\n')}\n`
}
const spoiled = (row: string): string => file(ROWS.with(ROW, row))

let folder: string

beforeAll(() => {
  folder = workFolder()
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Every file of the lake that is not one of a dataset before. */
function lakeFiles(dataDir: string): string[] {
  const lake = join(folder, dataDir, 'lake')
  return existsSync(lake) ? readdirSync(lake, { recursive: true, encoding: 'utf8' }).toSorted() : []
}

async function importFile(name: string, content: string | Buffer, flags: readonly string[] = []) {
  writeFileSync(join(folder, name), content)
  const market = ['--instrument', 'A-USDT.TEST', '--timeframe', '1h']
  return await kestrel(folder, ['data', 'import', name, ...market, ...flags, '--data-dir', 'refused', '--json'])
}

describe('files that are refused whole: the message says what and where, and nothing is written', () => {
  test.each([
    ['text in a price', 'a.csv', spoiled(rowText(ROW, '100,abc,99,101')), [`line ${LINE}`, 'high', '"abc"']],
    ['NaN', 'a.csv', spoiled(rowText(ROW, '100,NaN,99,101')), [`line ${LINE}`, 'NaN']],
    ['an infinite price', 'a.csv', spoiled(rowText(ROW, '100,Infinity,99,101')), [`line ${LINE}`]],
    ['an empty price', 'a.csv', spoiled(rowText(ROW, '100,,99,101')), [`line ${LINE}`, 'empty']],
    ['a negative price', 'a.csv', spoiled(rowText(ROW, '-100,103,99,101')), [`line ${LINE}`, 'open is -100']],
    ['a price of zero', 'a.csv', spoiled(rowText(ROW, '0,103,99,101')), [`line ${LINE}`, 'open is 0']],
    ['a negative volume', 'a.csv', spoiled(rowText(ROW, '100,103,99,101', '-5')), [`line ${LINE}`, 'volume is -5']],
    ['a high below the low', 'a.csv', spoiled(rowText(ROW, '100,98,99,101')), [`line ${LINE}`, 'high must be']],
    [
      'two rows of one time that differ',
      'a.csv',
      file(ROWS.with(ROW, rowText(ROW - 1, '100,104,99,101'))),
      [`line ${LINE}`, `line ${LINE - 1}`, 'high 103 and 104'],
    ],
    ['a half-written last row', 'a.csv', file(ROWS).slice(0, -13), ['cut off', 'line 201']],
    ['a misspelt column', 'a.csv', file(ROWS, 'ts,open,hihg,low,close,volume'), ['"hihg"', '--columns']],
    [
      'a missing column',
      'a.csv',
      file(
        ROWS.map((row) => row.split(',').slice(0, 4).join(',')),
        'ts,open,high,low',
      ),
      ['not those of bars'],
    ],
    ['a header alone', 'a.csv', `${HEADER}\n`, ['no row']],
    ['nothing', 'a.csv', '', ['empty']],
    ['bytes that are no text', 'a.csv', Buffer.from(Array.from({ length: 4096 }, (_, i) => i % 256)), ['a.csv']],
    ['half a JSON file', 'a.json', '[{"ts":1672531200000,"open":1,"hi', ['a.json', 'no JSON']],
    ['a Parquet file that is none', 'a.parquet', 'PAR1 but not really', ['a.parquet', 'Parquet']],
  ] as const)('%s', async (_, name, content, words) => {
    const result = await importFile(name, content)
    expect(result).toMatchObject({ code: 3, stdout: '' })
    const { message, hint } = errorOf(result)
    for (const word of words) expect(`${message} ${hint ?? ''}`).toContain(word)
    expect(message).toContain('Nothing was imported.')
    expect(result.stderr.match(/^Error: /gm)).toHaveLength(1)
    expect(lakeFiles('refused')).toEqual([])
  })

  test.each([
    ['seconds given as milliseconds', 'ts:ms', (row: number) => timeOf(row) / 1_000, 'seconds', 'ts:s'],
    ['milliseconds given as seconds', 'ts:s', timeOf, 'milliseconds', 'ts:ms'],
  ])('%s', async (_, stated, time, found, hinted) => {
    const rows = ROWS.map((row, i) => row.replace(/^\d+/, String(time(i))))
    const columns = ['--columns', `${stated},open,high,low,close,volume`]
    const result = await importFile('unit.csv', file(rows), columns)
    expect(result).toMatchObject({ code: 3, stdout: '' })
    const { message, hint } = errorOf(result)
    expect(message).toContain(`it looks like ${found}`)
    expect(hint).toContain(hinted)
    expect(lakeFiles('refused')).toEqual([])
  })
})

describe('files that are put right, and say so', () => {
  const market = ['--instrument', 'A-USDT.TEST', '--timeframe', '1h']

  test.each([
    ['a row twice', [...ROWS.slice(0, ROW), ...ROWS.slice(ROW - 1)], '1 repeated and kept once', 'duplicate'],
    [
      'rows out of order',
      [...ROWS.slice(0, 50), ...ROWS.slice(60, 70), ...ROWS.slice(50, 60), ...ROWS.slice(70)],
      '10 out of order and sorted',
      'unordered',
    ],
  ])('%s', async (_, rows, said, kind) => {
    const at = ['--data-dir', kind]
    writeFileSync(join(folder, 'mended.csv'), file(rows))
    const result = await kestrel(folder, ['data', 'import', 'mended.csv', ...market, ...at])
    expect(result.code).toBe(0)
    expect(result.stdout).toContain(said)
    const { gaps } = await documentOf<{ gaps: { kind: string }[] }>(folder, ['data', 'gaps', ...market, ...at])
    expect(gaps.map((each) => each.kind)).toEqual([kind])
    const { datasets } = await documentOf<{ datasets: { rows: number }[] }>(folder, ['data', 'list', ...at])
    expect(datasets.map((each) => each.rows)).toEqual([200])
  })

  test('a column that nobody knows is left out by name', async () => {
    writeFileSync(
      join(folder, 'more.csv'),
      file(
        ROWS.map((row) => `${row},7`),
        `${HEADER},mood`,
      ),
    )
    const result = await kestrel(folder, ['data', 'import', 'more.csv', ...market, '--data-dir', 'more'])
    expect(result.code).toBe(0)
    expect(result.stderr).toContain('more.csv: columns left out: mood')
  })
})

test('of several files the ones before a bad one stay, and the message says which', async () => {
  writeFileSync(join(folder, 'good.csv'), file(ROWS))
  writeFileSync(join(folder, 'bad.csv'), spoiled(rowText(ROW, '100,abc,99,101')))
  const args = ['--instrument', 'A-USDT.TEST', '--timeframe', '1h', '--data-dir', 'several', '--json']
  const result = await kestrel(folder, ['data', 'import', 'good.csv', 'bad.csv', ...args])
  expect(result).toMatchObject({ code: 3, stdout: '' })
  expect(errorOf(result).message).toMatch(/bad\.csv.* Nothing of it was imported\. .*kept: A-USDT\.TEST bars 1h\.$/)
  const list = await documentOf<{ datasets: unknown[] }>(folder, ['data', 'list', '--data-dir', 'several'])
  expect(list.datasets).toHaveLength(1)
})

describe('two processes and Ctrl-C', () => {
  const MINUTE_MS = 60_000
  const LONG = 400_000
  const market = ['--instrument', 'LONG-USDT.TEST', '--timeframe', '1m', '--json']

  beforeAll(() => {
    const rows = Array.from({ length: LONG }, (_, i) => `${START_MS + i * MINUTE_MS},100,103,99,${100 + (i % 3)},5`)
    writeFileSync(join(folder, 'long.csv'), file(rows))
  })

  /** The lake is whole: it verifies, and takes the same file afterwards. */
  async function expectWhole(dataDir: string): Promise<void> {
    const at = ['--data-dir', dataDir]
    expect(await documentOf(folder, ['data', 'verify', ...at])).toMatchObject({ ok: true })
    const again = await kestrel(folder, ['data', 'import', 'long.csv', ...market, ...at])
    expect(again.code).toBe(0)
    const { datasets } = await documentOf<{ datasets: { rows: number }[] }>(folder, ['data', 'verify', ...at])
    expect(datasets).toMatchObject([{ ok: true, rows: LONG }])
    expect(lakeFiles(dataDir).filter((name) => /\.tmp-|\.lock/.test(name))).toEqual([])
  }

  test('of two imports at once each ends well or is turned away, and the lake is whole', async () => {
    const args = ['data', 'import', 'long.csv', ...market, '--data-dir', 'shared']
    const results = await Promise.all([kestrel(folder, args), kestrel(folder, args)])
    for (const result of results) if (result.code !== 0) expect(errorOf(result).code).toBe('DATA_LAKE_BUSY')
    expect(results.some(({ code }) => code === 0)).toBe(true)
    await expectWhole('shared')
  })

  test.each([
    ['once', 1],
    ['twice', 2],
  ])('Ctrl-C %s during an import leaves a whole lake', async (_, times) => {
    const dataDir = `interrupted-${times}`
    const child = startKestrel(folder, ['data', 'import', 'long.csv', ...market, '--data-dir', dataDir])
    // The first file of the lake says that the command is under way.
    const timer = setInterval(() => {
      if (!existsSync(join(folder, dataDir))) return
      clearInterval(timer)
      child.kill('SIGINT')
    }, 2)
    if (times === 2) {
      child.stderr?.on('data', (bytes: Buffer) => {
        if (bytes.toString().includes('Stopping')) child.kill('SIGINT')
      })
    }
    const result = await ended(child)
    clearInterval(timer)
    if (result.code !== 0) {
      expect(result).toMatchObject({ code: 130, stdout: '' })
      expect(errorOf(result).code).toBe('INTERRUPTED')
    }
    await expectWhole(dataDir)
  })

  test('Ctrl-C during an export leaves what was there before and nothing else', async () => {
    const target = join(folder, 'out')
    mkdirSync(target)
    writeFileSync(join(target, 'bars.csv'), 'old')
    const args = ['data', 'export', ...market, '-o', 'out/bars.csv', '--yes', '--data-dir', 'shared']
    const child = startKestrel(folder, args)
    const timer = setInterval(() => {
      if (readdirSync(target).length < 2) return
      clearInterval(timer)
      child.kill('SIGINT')
    }, 1)
    const { code } = await ended(child)
    clearInterval(timer)
    expect(readdirSync(target)).toEqual(['bars.csv'])
    const lines = readFileSync(join(target, 'bars.csv'), 'utf8').trimEnd().split('\n')
    expect([code, lines.length]).toEqual(code === 0 ? [0, LONG + 1] : [130, 1])
  })
})
