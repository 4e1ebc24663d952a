import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { structureFindings } from './structure.ts'

let root: string

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'kestrel-structure-'))
  await writeFile(join(root, 'package.json'), '{ "name": "planted", "type": "module" }')
  await mkdir(join(root, 'node_modules', '@kestrel'), { recursive: true })
  for (const name of ['core', 'indicators', 'kernel', 'backtest', 'strategies', 'bus', 'venues', 'testkit'])
    await plantPackage(name)
})
afterEach(() => rm(root, { recursive: true, force: true }))

async function plantPackage(name: string): Promise<void> {
  await write(
    `packages/${name}/package.json`,
    `{ "name": "@kestrel/${name}", "type": "module", "exports": { ".": "./src/index.ts" } }`,
  )
  await write(`packages/${name}/src/index.ts`, `export const ${name} = 1\n`)
  await symlink(join('..', '..', 'packages', name), join(root, 'node_modules', '@kestrel', name))
}

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true })
  await writeFile(join(root, path), text)
}

describe('structure check', () => {
  test('is content with arrows that go the allowed way', async () => {
    await write(
      'packages/kernel/src/index.ts',
      "export { core } from '@kestrel/core'\nexport { indicators } from '@kestrel/indicators'\n",
    )
    await write(
      'packages/kernel/src/x.test.ts',
      "import { testkit } from '@kestrel/testkit'\nexport const y = testkit\n",
    )
    await write(
      'apps/engine/src/main.ts',
      "export { backtest } from '@kestrel/backtest'\nexport { strategies } from '@kestrel/strategies'\n",
    )
    expect(await structureFindings(root)).toEqual([])
  })

  test('lets the tests of strategies run in the backtester, and not their sources', async () => {
    await write('packages/strategies/src/a.test.ts', "export { backtest } from '@kestrel/backtest'\n")
    expect(await structureFindings(root)).toEqual([])
    await write('packages/strategies/src/a.ts', "export { backtest } from '@kestrel/backtest'\n")
    await write('packages/strategies/src/b.test.ts', "export { venues } from '@kestrel/venues'\n")
    const findings = await structureFindings(root)
    expect(new Set(findings.map((finding) => finding.split(' ->')[0]))).toEqual(
      new Set([
        'arrows-of-strategies-in-tests: packages/strategies/src/b.test.ts',
        'arrows-of-strategies: packages/strategies/src/a.ts',
      ]),
    )
  })

  test.each([
    ['core imports kernel', 'packages/core/src/a.ts', '@kestrel/kernel', 'arrows-of-core'],
    ['backtest imports strategies', 'packages/backtest/src/a.ts', '@kestrel/strategies', 'arrows-of-backtest'],
    [
      'a type-only import is an arrow too',
      'packages/indicators/src/a.ts',
      '@kestrel/kernel',
      'arrows-of-indicators',
      'import type',
    ],
    [
      'a package reaches into the files of another',
      'packages/kernel/src/a.ts',
      '../../core/src/deep.ts',
      'no-deep-imports-of-core',
    ],
    ['the web app sees the kernel', 'apps/web/src/a.ts', '@kestrel/kernel', 'arrows-of-web'],
    ['a script imports an app', 'scripts/a.ts', '../apps/engine/src/main.ts', 'no-app-imports'],
    ['ccxt outside venues', 'apps/engine/src/a.ts', 'ccxt', 'ccxt-in-venues-only'],
    ['ioredis outside bus', 'packages/venues/src/a.ts', 'ioredis', 'ioredis-in-bus-only'],
    ['bullmq outside bus', 'packages/kernel/src/a.ts', 'bullmq', 'bullmq-in-bus-only'],
    ['the testkit in shipped code', 'packages/kernel/src/a.ts', '@kestrel/testkit', 'testkit-in-tests-only'],
    ['a missing file', 'packages/core/src/a.ts', './gone.ts', 'no-unresolvable'],
  ])('finds: %s', async (_what, path, specifier, rule, keyword = 'import') => {
    await write('packages/core/src/deep.ts', 'export const deep = 1\n')
    await write('apps/engine/src/main.ts', 'export const main = 1\n')
    for (const name of ['ccxt', 'ioredis', 'bullmq']) {
      await write(`node_modules/${name}/package.json`, `{ "name": "${name}", "main": "index.js" }`)
      await write(`node_modules/${name}/index.js`, '')
    }
    await write(path, `${keyword} * as it from '${specifier}'\nexport type It = typeof it\n`)
    const findings = await structureFindings(root)
    expect(findings.map((finding) => finding.split(':')[0])).toContain(rule)
    expect(findings.join('\n')).toContain(path)
  })

  test('finds a cycle of values and lets types be mutual', async () => {
    await write('packages/core/src/a.ts', "import { b } from './b.ts'\nexport const a = () => b\n")
    await write('packages/core/src/b.ts', "import type { a } from './a.ts'\nexport const b: typeof a | 1 = 1\n")
    expect(await structureFindings(root)).toEqual([])
    await write('packages/core/src/b.ts', "import { a } from './a.ts'\nexport const b = () => a\n")
    expect((await structureFindings(root)).join('\n')).toMatch(/no-circular: .*a\.ts/)
  })

  test('fails where it saw no module, instead of passing in silence', async () => {
    await rm(join(root, 'packages'), { recursive: true })
    expect(await structureFindings(root)).toEqual([expect.stringContaining('no modules were seen')])
    await write('packages/core/package.json', '{ "name": "@kestrel/core" }')
    expect(await structureFindings(root)).toEqual([expect.stringContaining('no modules were seen')])
  })
})
