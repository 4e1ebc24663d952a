import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runTool } from './run-tool.ts'

const ROOT = join(import.meta.dirname, '..', '..')

/** Code with one mistake each, and the rule that has to find it. A linter without types stays silent on the first five. */
const PLANTED: readonly (readonly [file: string, rule: string, code: string])[] = [
  [
    'forgotten-await.ts',
    'typescript(no-floating-promises)',
    "import { writeFile } from 'node:fs/promises'\nexport function save(): void {\n  writeFile('a', 'b')\n}\n",
  ],
  [
    'misused.ts',
    'typescript(no-misused-promises)',
    'export const open = (ready: () => Promise<boolean>): number => (ready() ? 1 : 2)\n',
  ],
  [
    'thenable.ts',
    'typescript(await-thenable)',
    'export async function wait(n: number): Promise<number> {\n  return await n\n}\n',
  ],
  [
    'side.ts',
    'typescript(switch-exhaustiveness-check)',
    "export function sign(side: 'buy' | 'sell'): number {\n  switch (side) {\n    case 'buy':\n      return 1\n  }\n  return 0\n}\n",
  ],
  [
    'assertion.ts',
    'typescript(no-unnecessary-type-assertion)',
    'export const twice = (n: number): number => (n as number) * 2\n',
  ],
  ['packages/kernel/src/now.ts', 'determinism(no-ambient-time)', 'export const at = (): number => Date.now()\n'],
  ['packages/kernel/src/new-date.ts', 'determinism(no-ambient-time)', 'export const at = (): Date => new Date()\n'],
  ['packages/kernel/src/date-value.ts', 'determinism(no-ambient-time)', "export const clock = { now: Date['now'] }\n"],
  [
    'packages/kernel/src/random.ts',
    'determinism(no-ambient-random)',
    'export const any = (): number => Math.random()\n',
  ],
  ['packages/kernel/src/say.ts', 'eslint(no-console)', "console.log('hello')\nexport {}\n"],
]

/** The same words where they are right. */
const ALLOWED: readonly (readonly [file: string, code: string])[] = [
  ['packages/core/src/clock.ts', 'export const nowMs = (): number => Date.now()\n'],
  [
    'packages/kernel/src/date-of.ts',
    'export const date = (timeMs: number): string => new Date(timeMs).toISOString()\n',
  ],
  ['apps/engine/src/say.ts', 'console.log(Date.now())\nexport {}\n'],
]

interface Diagnostic {
  readonly code: string
  readonly filename: string
}
let found: readonly Diagnostic[]
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kestrel-lint-'))
  await write(
    'tsconfig.json',
    `{ "extends": "${join(ROOT, 'tsconfig.json')}", "compilerOptions": { "typeRoots": ["${join(ROOT, 'node_modules', '@types')}"] }, "include": ["**/*.ts"] }`,
  )
  // The rules are switched by path, so the configuration is tried in a tree of the same shape.
  const config = await readConfig()
  await write('.oxlintrc.json', config)
  for (const [file, , code] of PLANTED) await write(file, code)
  for (const [file, code] of ALLOWED) await write(file, code)
  const { stdout } = await runTool('oxlint', ['--type-aware', '--format', 'json', '.'], { cwd: folder })
  found = (JSON.parse(stdout) as { diagnostics: Diagnostic[] }).diagnostics
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true })
  await writeFile(join(folder, path), text)
}

async function readConfig(): Promise<string> {
  const text = await readFile(join(ROOT, '.oxlintrc.json'), 'utf8')
  return text.replaceAll('"./scripts/lint/', `"${ROOT}/scripts/lint/`)
}

test.each(PLANTED)('the linter finds the mistake in %s with %s', (file, rule) => {
  expect(found.filter(({ filename }) => filename.endsWith(file)).map(({ code }) => code)).toContain(rule)
})

test.each(ALLOWED)('the linter lets %s pass', (file) => {
  expect(found.filter(({ filename }) => filename.endsWith(file))).toEqual([])
})
