import { spawn } from 'node:child_process'
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

// A checkout in miniature with an npm of our own in front of the PATH, which notes its arguments and obeys FAKE_NPM.
const ROOT = join(import.meta.dirname, '..', '..')
const FAKE_NPM = `#!${process.execPath}
const { appendFileSync, mkdirSync, writeFileSync, copyFileSync, chmodSync } = require('node:fs')
appendFileSync('npm-calls.txt', process.argv.slice(2).join(' ') + '\\n')
if (process.env.FAKE_NPM === 'offline') { console.error('npm error code ENOTFOUND'); process.exit(1) }
if (process.env.FAKE_NPM === 'stale-lock') { console.error('npm error code EUSAGE'); process.exit(1) }
setTimeout(() => {
  mkdirSync('node_modules/node/bin', { recursive: true })
  if (process.env.FAKE_NPM !== 'ignore-scripts') writeFileSync('node_modules/node/bin/node', '#!/bin/sh\\nexec ${process.execPath} "$@"\\n', { mode: 0o755 })
}, 300)
`
let root: string

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'kestrel-install-'))
  cpSync(join(ROOT, 'scripts', 'run.mjs'), join(root, 'scripts', 'run.mjs'))
  cpSync(join(ROOT, 'scripts', 'install'), join(root, 'scripts', 'install'), { recursive: true })
  write('package-lock.json', '{ "packages": {} }')
  write('package.json', '{}')
  for (const folder of ['packages/core', 'packages/kernel', 'apps/engine', 'benchmarks'])
    write(`${folder}/package.json`, '{}')
  write('scripts/check.ts', "console.log('ran', process.argv.slice(2).join(' '))\nprocess.exitCode = 7\n")
  write('benchmarks/src/main.ts', "console.log('bench')\n")
  write('bin/npm', FAKE_NPM)
  chmodSync(join(root, 'bin', 'npm'), 0o755)
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), text)
}

function run(
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const path = [join(root, 'bin'), '/usr/bin', '/bin'].join(delimiter)
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(root, 'scripts', 'run.mjs'), ...args], { env: { PATH: path, ...env } })
    let [stdout, stderr] = ['', '']
    child.stdout.on('data', (chunk) => (stdout += String(chunk)))
    child.stderr.on('data', (chunk) => (stderr += String(chunk)))
    child.on('close', (code) => resolve({ code, stdout, stderr }))
  })
}

const npmCalls = (): string[] =>
  existsSync(join(root, 'npm-calls.txt')) ? readFileSync(join(root, 'npm-calls.txt'), 'utf8').trim().split('\n') : []

describe.skipIf(process.platform === 'win32')('node scripts/run.mjs', () => {
  test('installs what the engine needs once, then runs the task with its arguments and exit code', async () => {
    const first = await run(['check', '--json', 'x y'])
    expect(first).toEqual({
      code: 7,
      stdout: 'ran --json x y\n',
      stderr: expect.stringMatching(/^Installing dependencies .*\n$/),
    })
    expect(npmCalls()).toEqual([
      expect.stringContaining('--workspace packages/core --workspace packages/kernel --workspace apps/engine'),
    ])
    expect(npmCalls()[0]).not.toContain('benchmarks')
    expect(await run(['check'])).toEqual({ code: 7, stdout: 'ran \n', stderr: '' })
    expect(npmCalls()).toHaveLength(1)
  })

  test('installs again when the lock file changes, and keeps the extra workspaces of an earlier task', async () => {
    await run(['check'])
    expect((await run(['bench'])).stdout).toBe('bench\n')
    expect(npmCalls()[1]).toContain('--workspace benchmarks')
    write('package-lock.json', '{ "packages": { "": {} } }')
    await run(['check'])
    expect(npmCalls()).toHaveLength(3)
    expect(npmCalls()[2]).toContain('--workspace benchmarks')
  })

  test('two at once install once', async () => {
    const both = await Promise.all([run(['check']), run(['check'])])
    expect(both.map(({ code }) => code)).toEqual([7, 7])
    expect(npmCalls()).toHaveLength(1)
    expect(existsSync(join(root, '.kestrel-install.lock'))).toBe(false)
  })

  test('takes over the lock of a process that is gone', async () => {
    write('.kestrel-install.lock/pid', '999999999')
    expect((await run(['check'])).code).toBe(7)
  })

  test.each([
    ['offline', /registry cannot be reached/],
    ['stale-lock', /package-lock\.json disagree/],
  ])('says what is wrong when npm is %s, and leaves no stamp', async (mode, message) => {
    const { code, stdout, stderr } = await run(['check'], { FAKE_NPM: mode })
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(message)
    expect(stderr).not.toContain('    at ')
    expect(existsSync(join(root, 'node_modules', '.kestrel-install'))).toBe(false)
  })

  test('says what is wrong when npm is missing', async () => {
    rmSync(join(root, 'bin', 'npm'))
    const { code, stderr } = await run(['check'], { PATH: join(root, 'bin') })
    expect(code).toBe(1)
    expect(stderr).toMatch(/npm is not on the PATH/)
  })

  test('uses the running Node, if it is new enough, when install scripts are switched off', async () => {
    expect(await run(['check'], { FAKE_NPM: 'ignore-scripts' })).toMatchObject({ code: 7, stdout: 'ran \n' })
  })

  test('names the tasks when asked for another', async () => {
    expect(await run(['tests'])).toEqual({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('Tasks: demo, demo:live, test'),
    })
  })
})
