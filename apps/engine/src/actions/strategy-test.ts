import { spawn } from 'node:child_process'
import { globSync, statSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { KestrelError, UsageError } from '@kestrel/core'
import type { CommandContext } from '../cli/command-context.ts'
import type { CommandResult } from '../cli/command-result.ts'
import { findProject } from '../config/project.ts'

/** Tests of a project, relative to its folder. */
const DEFAULT_PATTERN = 'strategies/*.test.{ts,js}'

const REGISTER = new URL('../register.ts', import.meta.url).href

/**
 * Runs test files in Node's own test runner, on the Node that Kestrel runs on: the `node` of the shell may be one that reads
 * no TypeScript. The output of the tests goes through as it comes; with `--json` or `--ndjson` to stderr.
 *
 * @param words - Files and glob patterns; none for those in `strategies/` of the project or the working folder.
 * @throws UsageError `STRATEGY_TEST_NONE` where there is no such file, KestrelError `STRATEGY_TESTS_FAILED` (exit code 1).
 */
export async function testStrategies(context: CommandContext, words: readonly string[]): Promise<CommandResult> {
  const folder = words.length === 0 ? (findProject(context.cwd) ?? context.cwd) : context.cwd
  const files = (words.length === 0 ? [DEFAULT_PATTERN] : words).flatMap((word) => filesOf(folder, word))
  const machine = context.common.json === true || context.common.ndjson === true
  const { code, signal } = await runTests(folder, files, context.env, machine)
  const shown = files.map((file) => relative(context.cwd, file))
  if (code === 0) return { document: { files: shown, passed: true }, rows: shown.map((file) => ({ file })), text: '' }
  throw new KestrelError({
    code: 'STRATEGY_TESTS_FAILED',
    message: signal === null ? 'Tests failed; they are listed above.' : `The test runner was ended by ${signal}.`,
    meta: { files: shown, exitCode: code, signal },
  })
}

/** The files that a word names: itself, or what its pattern matches. Absolute and sorted. */
function filesOf(folder: string, word: string): string[] {
  const path = resolve(folder, word)
  if (statSync(path, { throwIfNoEntry: false })?.isFile() === true) return [path]
  const matches = globSync(word, { cwd: folder })
    .map((each) => resolve(folder, each))
    .filter((each) => statSync(each).isFile())
  if (matches.length > 0) return matches.toSorted()
  throw new UsageError({
    code: 'STRATEGY_TEST_NONE',
    message: `There is no test file ${join(folder, word)}. Nothing was run.`,
    hint: 'Write one beside the strategy, such as strategies/my-idea.test.ts; kestrel init makes an example.',
    meta: { pattern: word, folder },
  })
}

async function runTests(
  cwd: string,
  files: readonly string[],
  { NODE_TEST_CONTEXT: _outer, ...env }: CommandContext['env'],
  toStderr: boolean,
): Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }> {
  const child = spawn(process.execPath, ['--import', REGISTER, '--test', ...files], {
    cwd,
    // Inside another test runner Node would report to that one and print nothing.
    env,
    stdio: ['inherit', toStderr ? process.stderr.fd : 'inherit', 'inherit'],
  })
  const end = (): void => void child.kill()
  process.once('exit', end)
  const { promise, resolve: settle, reject } = Promise.withResolvers<Awaited<ReturnType<typeof runTests>>>()
  child.once('error', reject)
  child.once('close', (code, signal) => settle({ code, signal }))
  return await promise.finally(() => process.off('exit', end))
}
