import { spawn } from 'node:child_process'
import { delimiter, join } from 'node:path'

/** What a finished child process left. */
export interface ToolRun {
  /** Exit code; 1 where a signal ended it. */
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/**
 * Runs a command of `node_modules/.bin` (or any other) on the pinned Node and collects what it prints.
 *
 * @param cwd - working folder; its `node_modules/.bin` is searched after this repository's
 * @throws where the command cannot be started
 */
export function runTool(
  command: string,
  args: readonly string[],
  { cwd, env = {} }: { readonly cwd: string; readonly env?: Readonly<Record<string, string>> },
): Promise<ToolRun> {
  const bin = join(import.meta.dirname, '..', '..', 'node_modules', '.bin')
  const path = [bin, join(cwd, 'node_modules', '.bin'), process.env['PATH'] ?? ''].join(delimiter)
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0', ...env, PATH: path },
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
    })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
    child.on('error', reject)
    child.on('close', (code) => resolve({ code: code ?? 1, stdout, stderr }))
  })
}

/** The lines of a tool's output as findings; says so where a tool failed without a word. */
export function findingsOf(run: ToolRun): string[] {
  if (run.code === 0) return []
  const text = `${run.stdout}\n${run.stderr}`.trim()
  return [text === '' ? `ended with exit code ${run.code} and no message` : text]
}
