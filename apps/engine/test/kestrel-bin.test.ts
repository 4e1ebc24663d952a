import { spawn, type ChildProcess } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

// The command in an installation of its own, with an engine that tells what it was given.
const BIN = join(import.meta.dirname, '..', 'bin', 'kestrel.mjs')
const ENGINE = `
  console.log(JSON.stringify({ args: process.argv.slice(2), restarted: process.env.KESTREL_NODE_RESTARTED ?? null }))
  if (process.argv[2] === 'wait') setInterval(() => {}, 1000)
  else process.exitCode = 5
`
/** Loaded before the command: the first start believes to run on Node 18, the second start is what it is. */
const PRETEND_OLD = `
  if (process.env.KESTREL_NODE_RESTARTED === undefined)
    Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '18.20.0' } })
`
let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kestrel-bin-'))
  cpSync(BIN, join(folder, 'app', 'bin', 'kestrel.mjs'))
  write('app/package.json', '{ "type": "module" }')
  write('app/dist/main.js', ENGINE)
  write('pretend-old.mjs', PRETEND_OLD)
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), text)
}

function installNewerNode(): void {
  mkdirSync(join(folder, 'node_modules', 'node', 'bin'), { recursive: true })
  symlinkSync(process.execPath, join(folder, 'node_modules', 'node', 'bin', 'node'))
}

function start(args: readonly string[], nodeArgs: readonly string[] = []): ChildProcess {
  const env = { ...process.env, NODE_OPTIONS: '', KESTREL_NODE_RESTARTED: undefined }
  return spawn(process.execPath, [...nodeArgs, join(folder, 'app', 'bin', 'kestrel.mjs'), ...args], {
    cwd: folder,
    env,
  })
}

function ended(child: ChildProcess): Promise<{ code: number | null; stdout: string; stderr: string }> {
  let [stdout, stderr] = ['', '']
  child.stdout?.on('data', (chunk) => (stdout += String(chunk)))
  child.stderr?.on('data', (chunk) => (stderr += String(chunk)))
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })))
}

const pretendOld = (): string[] => ['--import', join(folder, 'pretend-old.mjs')]

describe.skipIf(process.platform === 'win32')('the kestrel command', () => {
  test('runs the built engine on this Node, with its arguments and exit code', async () => {
    const { code, stdout } = await ended(start(['backtest', '--param', 'a=b c']))
    expect([code, JSON.parse(stdout)]).toEqual([5, { args: ['backtest', '--param', 'a=b c'], restarted: null }])
  })

  test('prefers the sources of a checkout to a build that may be old', async () => {
    write('app/src/main.ts', "const where: string = 'sources'\nconsole.log(where)\n")
    expect((await ended(start([]))).stdout).toBe('sources\n')
  })

  test('on an older Node starts itself again on the newer one above it, and leaves no trace in the environment', async () => {
    installNewerNode()
    const { code, stdout } = await ended(start(['x', '--json'], pretendOld()))
    expect([code, JSON.parse(stdout)]).toEqual([5, { args: ['x', '--json'], restarted: null }])
  })

  test('passes a signal on to the second start and reports how that ended', async () => {
    installNewerNode()
    const child = start(['wait'], pretendOld())
    const result = ended(child)
    child.stdout?.once('data', () => child.kill('SIGTERM'))
    expect((await result).code).toBe(128 + 15)
  })

  test('says what to do where there is no newer Node', async () => {
    const { code, stdout, stderr } = await ended(start([], pretendOld()))
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(/^Kestrel needs Node 24 or newer; this is v[\d.]+\.\n.*npm install node@24\n$/)
  })
})
