import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { parseJsonWithComments } from './json-with-comments.ts'
import { loadSettings } from './load-settings.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kestrel-settings-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function write(name: string, text: string): string {
  const path = join(folder, name)
  mkdirSync(join(path, '..'), { recursive: true })
  writeFileSync(path, text)
  return path
}

describe('JSON with comments', () => {
  test('comments and trailing commas go, texts that look like them stay', () => {
    const text = '{ // one\n "a": "// no", /* two\n lines */ "b": [1, 2,], "c": "/* no */,}", }'
    expect(parseJsonWithComments(text)).toEqual({ a: '// no', b: [1, 2], c: '/* no */,}' })
  })

  test('what is still wrong is an error', () => {
    expect(() => parseJsonWithComments('{ "a": }')).toThrow(SyntaxError)
  })
})

describe('settings', () => {
  test('without a project the lake lies under .kestrel', () => {
    const { dataDir, runsDir, project } = loadSettings({ cwd: folder, env: {}, files: [] })
    expect({ dataDir, runsDir, project }).toEqual({
      dataDir: join(folder, '.kestrel', 'data'),
      runsDir: join(folder, '.kestrel', 'runs'),
      project: undefined,
    })
  })

  test('a project is found from the folders inside it', () => {
    write('kestrel.config.json', '{ "runsDir": "results" }')
    mkdirSync(join(folder, 'strategies'))
    const { dataDir, runsDir, project } = loadSettings({ cwd: join(folder, 'strategies'), env: {}, files: [] })
    expect({ dataDir, runsDir, project }).toEqual({
      dataDir: join(folder, 'data'),
      runsDir: join(folder, 'results'),
      project: folder,
    })
  })

  test('flag, environment, later file, earlier file: in this order', () => {
    const a = write(
      'a.json',
      '{ "seed": 1, "dataDir": "from-a", "backtest": { "cash": 1, "params": { "x": 1, "y": 1 } } }',
    )
    const b = write('b.json', '{ "seed": 2, "backtest": { "spreadBps": 2, "params": { "y": 2 } } }')
    const env = {
      KESTREL__SEED: '3',
      KESTREL__BACKTEST__PARAMS__Z: '3',
      KESTREL__BACKTEST__INSTRUMENTS: 'A-B.C, D-E.F',
    }
    const { settings, dataDir } = loadSettings({ cwd: folder, env, files: [a, b], dataDir: 'from-flag' })
    expect(dataDir).toBe(join(folder, 'from-flag'))
    expect(settings).toMatchObject({
      seed: 3,
      backtest: { cash: 1, spreadBps: 2, params: { x: 1, y: 2, z: 3 }, instruments: ['A-B.C', 'D-E.F'] },
    })
  })

  test.each([
    ['{ "sed": 1 }', 'CONFIG_UNKNOWN_KEY', 'Did you mean seed?'],
    ['{ "backtest": { "slipageBps": 1 } }', 'CONFIG_UNKNOWN_KEY', 'Did you mean backtest.slippageBps?'],
    ['{ "seed": "one" }', 'CONFIG_VALUE', undefined],
    ['{ "seed": ', 'CONFIG_FILE', undefined],
  ])('%s is refused', (text, code, hint) => {
    const file = write('c.json', text)
    expect(() => loadSettings({ cwd: folder, env: {}, files: [file] })).toThrow(
      expect.objectContaining({
        code,
        ...(hint === undefined ? {} : { hint }),
        message: expect.stringContaining(file) as string,
      }),
    )
  })

  test('a file that is not there is refused, and so is an unknown variable', () => {
    expect(() => loadSettings({ cwd: folder, env: {}, files: ['none.json'] })).toThrow('There is no settings file')
    expect(() => loadSettings({ cwd: folder, env: { KESTREL__SEDE: '1' }, files: [] })).toThrow(
      expect.objectContaining({ code: 'CONFIG_UNKNOWN_KEY', hint: 'Did you mean KESTREL__SEED?' }),
    )
  })
})
