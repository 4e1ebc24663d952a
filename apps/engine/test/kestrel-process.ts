/** Runs the real `kestrel` command in a folder of its own, for the tests. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const BIN = join(import.meta.dirname, '..', 'bin', 'kestrel.mjs')

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A folder for one test file. */
export function workFolder(): string {
  return mkdtempSync(join(tmpdir(), 'kestrel-cli-'))
}

export function startKestrel(
  cwd: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>> = {},
): ChildProcess {
  return spawn(process.execPath, [BIN, ...args], { cwd, env: { ...process.env, ...env }, stdio: 'pipe' })
}

/** Waits for the end of a started command. */
export async function ended(child: ChildProcess): Promise<Ended> {
  let stdout = ''
  let stderr = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const { promise, resolve } = Promise.withResolvers<number | null>()
  child.on('close', resolve)
  return { code: await promise, stdout, stderr }
}

export async function kestrel(
  cwd: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>> = {},
): Promise<Ended> {
  return await ended(startKestrel(cwd, args, env))
}

/** The error document on the last line of stderr. */
export function errorOf({ stderr }: Ended): { code: string; message: string; hint: string | null; meta: unknown } {
  const last = stderr.trimEnd().split('\n').at(-1) ?? ''
  return (JSON.parse(last) as { error: { code: string; message: string; hint: string | null; meta: unknown } }).error
}

/** Writes a strategy file whose `onBar` has this body; `n` counts its calls. */
export function writeStrategy(folder: string, name: string, onBar: string): string {
  const path = join(folder, `${name}.ts`)
  writeFileSync(
    path,
    `import { defineStrategy, z } from 'kestrel'

export default defineStrategy({
  name: '${name}',
  about: 'For a test.',
  params: z.object({}),
  start({ instrument, bars, target, submit, bracket }) {
    const { close } = bars(instrument)
    let n = 0
    return {
      onBar() {
        n += 1
        ${onBar}
      },
    }
  },
})
`,
  )
  return path
}
