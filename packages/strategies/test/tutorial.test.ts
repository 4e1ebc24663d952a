import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { tutorialSteps, type TutorialStep } from './tutorial-steps.ts'

const ROOT = resolve(import.meta.dirname, '../../..')
const KESTREL = join(ROOT, 'apps/engine/bin/kestrel.mjs')
const STEPS = tutorialSteps(readFileSync(join(ROOT, 'docs/writing-a-strategy.md'), 'utf8'))

let folder = ''
let cwd = ''

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kestrel-tutorial-'))
  cwd = folder
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Runs a program as the reader's shell would; `kestrel` is the alias of the first section. */
function execute(command: string): { readonly code: number | null; readonly output: string } {
  const [program = '', ...args] = command.split(' ')
  // The test runner's own variables would change what a nested test runner prints and does.
  const { NODE_OPTIONS: _options, NODE_TEST_CONTEXT: _context, ...env } = process.env
  // Nor does the reader's shell know of the newer Node that the repository brings along.
  const path = (process.env['PATH'] ?? '')
    .split(delimiter)
    .filter((entry) => !entry.includes('node_modules'))
    .join(delimiter)
  const [file, argv] = program === 'kestrel' ? ['node', [KESTREL, ...args]] : [program, args]
  const run = spawnSync(file, argv, { cwd, encoding: 'utf8', env: { ...env, PATH: path, NO_COLOR: '1' } })
  return { code: run.status, output: `${run.stdout}${run.stderr}${run.error?.message ?? ''}` }
}

function take(step: TutorialStep): void {
  if ('file' in step) {
    mkdirSync(dirname(join(cwd, step.file)), { recursive: true })
    writeFileSync(join(cwd, step.file), step.text)
    return
  }
  for (const command of step.commands) {
    if (command.startsWith('cd ')) {
      cwd = join(cwd, command.slice(3))
      continue
    }
    const { code, output } = execute(command)
    expect(code, `line ${step.line}: ${command}\n${output}`).toBe(step.exitCode)
  }
}

test('the tutorial has files, commands and a project to put them in', () => {
  expect(STEPS.filter((step) => 'file' in step).length).toBeGreaterThanOrEqual(6)
  expect(STEPS.filter((step) => 'commands' in step).length).toBeGreaterThanOrEqual(8)
})

test('every step of the tutorial works, in order, in an empty folder', { timeout: 300_000 }, () => {
  for (const step of STEPS) take(step)
  const runs = readdirSync(join(cwd, 'runs')).filter((name) => !name.startsWith('.'))
  expect(runs.length).toBeGreaterThanOrEqual(6)
  const equities = runs.map(
    (name) => JSON.parse(readFileSync(join(cwd, 'runs', name, 'metrics.json'), 'utf8')) as unknown,
  )
  expect(equities).toHaveLength(runs.length)
})

test('the files of the tutorial type-check with the settings of the project', { timeout: 120_000 }, () => {
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc')
  const run = spawnSync(process.execPath, [tsc, '-p', cwd], { encoding: 'utf8' })
  expect(run.stdout).toBe('')
  expect(run.status).toBe(0)
})
