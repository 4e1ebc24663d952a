import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { errorOf, kestrel, workFolder } from './kestrel-process.ts'

const PASSES = `import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defineStrategy } from 'kestrel'

const mode: string = 'typed'
test('is served', () => assert.equal(typeof defineStrategy, mode === 'typed' ? 'function' : ''))
`
const FAILS = `import { test } from 'node:test'
test('is wrong', () => { throw new Error('as it should') })
`

/** The search path of a shell outside the repository, where `node` is the machine's own. */
const SHELL_PATH = (process.env['PATH'] ?? '')
  .split(delimiter)
  .filter((entry) => !entry.includes('node_modules'))
  .join(delimiter)
const npmVersion = spawnSync('npm', ['--version'], { env: { ...process.env, PATH: SHELL_PATH } })

let folder: string
let project: string

beforeAll(async () => {
  folder = workFolder()
  project = join(folder, 'with a space')
  await kestrel(folder, ['init', 'with a space'])
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test.skipIf(npmVersion.status !== 0)("npm test passes in a new project on the machine's own node (needs npm)", () => {
  const { NODE_OPTIONS: _options, NODE_TEST_CONTEXT: _context, ...env } = process.env
  const ran = spawnSync('npm', ['test'], { cwd: project, encoding: 'utf8', env: { ...env, PATH: SHELL_PATH } })
  expect(ran.status, ran.stdout + ran.stderr).toBe(0)
  expect(ran.stdout).toContain('keeps the contract of strategies')
})

test('finds the tests of the project from any folder inside it', async () => {
  const { code, stdout } = await kestrel(join(project, 'data'), ['strategy', 'test'])
  expect(code).toBe(0)
  expect(stdout).toMatch(/pass 1\b/)
})

test('takes files and patterns, and leaves stdout to the document with --json', async () => {
  mkdirSync(join(folder, 'elsewhere'))
  for (const name of ['a', 'b']) writeFileSync(join(folder, 'elsewhere', `${name}.test.ts`), PASSES)
  const one = await kestrel(folder, ['strategy', 'test', 'elsewhere/a.test.ts', '--json'])
  expect(one.code).toBe(0)
  expect(JSON.parse(one.stdout)).toMatchObject({
    command: 'strategy test',
    files: [join('elsewhere', 'a.test.ts')],
    passed: true,
  })
  expect(one.stderr).toContain('is served')
  const both = await kestrel(folder, ['strategy', 'test', 'elsewhere/*.test.ts'])
  expect(both.stdout).toMatch(/pass 2\b/)
})

test('a failing test shows what failed and ends in exit code 1', async () => {
  writeFileSync(join(folder, 'wrong.test.ts'), FAILS)
  const plain = await kestrel(folder, ['strategy', 'test', 'wrong.test.ts'])
  expect(plain.code).toBe(1)
  expect(plain.stdout).toContain('as it should')
  const json = await kestrel(folder, ['strategy', 'test', 'wrong.test.ts', '--json'])
  expect(json).toMatchObject({ code: 1, stdout: '' })
  expect(errorOf(json)).toMatchObject({ code: 'STRATEGY_TESTS_FAILED', meta: { exitCode: 1 } })
})

test('says so where there is nothing to test', async () => {
  const none = await kestrel(folder, ['strategy', 'test', '--json'])
  expect(none).toMatchObject({ code: 2, stdout: '' })
  expect(errorOf(none)).toMatchObject({ code: 'STRATEGY_TEST_NONE' })
})
