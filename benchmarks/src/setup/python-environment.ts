import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { BENCHMARKS, cacheFolder } from './folders.ts'
import { installError, runTool } from './run-tool.ts'

/** A virtual environment with peers in it. */
export interface PythonEnvironment {
  readonly python: string
  /** Install error by package, for those that are missing. */
  readonly missing: Readonly<Record<string, string>>
}

/** A Python interpreter that was found. */
export interface PythonFound {
  readonly command: string
  /** Such as `3.12.1`. */
  readonly version: string
}

const OLDEST_MINOR = 11
/** The newest one all pinned peers have binary packages for. */
const PREFERRED_MINOR = 12

/**
 * The interpreter to build environments with: `KESTREL_BENCH_PYTHON`, else the one nearest to the preferred version
 * among those on the path and those that pyenv keeps.
 *
 * @returns undefined where there is none of at least 3.11.
 */
export async function findPython(): Promise<PythonFound | undefined> {
  const stated = process.env['KESTREL_BENCH_PYTHON']
  const commands =
    stated === undefined ? ['python3.12', ...pyenvPythons(), 'python3.11', 'python3', 'python'] : [stated]
  const found: (PythonFound & { readonly minor: number })[] = []
  for (const command of commands) {
    const { code, output } = await runTool(command, [
      '-c',
      'import sys, venv, ensurepip; print(sys.version.split()[0])',
    ])
    const version = output.trim()
    const [major, minor] = version.split('.').map(Number)
    if (code === 0 && major === 3 && minor !== undefined && minor >= OLDEST_MINOR)
      found.push({ command, version, minor })
    if (minor === PREFERRED_MINOR && code === 0) break
  }
  return found.toSorted((a, b) => Math.abs(a.minor - PREFERRED_MINOR) - Math.abs(b.minor - PREFERRED_MINOR))[0]
}

function pyenvPythons(): string[] {
  const versions = join(process.env['PYENV_ROOT'] ?? join(homedir(), '.pyenv'), 'versions')
  if (!existsSync(versions)) return []
  return readdirSync(versions)
    .filter((name) => name.startsWith(`3.${PREFERRED_MINOR}.`))
    .map((name) => join(versions, name, 'bin', 'python'))
}

/**
 * Makes sure of an environment, named after its requirements file: `main` is `requirements.txt`, any other is
 * `requirements-<name>.txt`. Kept under the cache folder, by content of the file and version of Python.
 *
 * Where the file as a whole cannot be installed, its lines are installed one by one, so that one peer that is not to be
 * had costs only itself.
 */
export async function pythonEnvironment(name: string, base: PythonFound): Promise<PythonEnvironment> {
  const file = join(BENCHMARKS, 'peers', 'python', name === 'main' ? 'requirements.txt' : `requirements-${name}.txt`)
  const text = readFileSync(file, 'utf8')
  const key = createHash('sha256').update(`${base.version}\n${text}`).digest('hex').slice(0, 8)
  const folder = join(cacheFolder(), 'bench-venv', `${name}-${key}`)
  const record = join(folder, 'missing.json')
  const python = join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python')
  if (existsSync(record)) return { python, missing: JSON.parse(readFileSync(record, 'utf8')) as Record<string, string> }
  process.stderr.write(`Installing Python peers (${name}, Python ${base.version}) into ${folder} ...\n`)
  await rm(folder, { recursive: true, force: true })
  await mkdir(join(folder, '..'), { recursive: true })
  const made = await runTool(base.command, ['-m', 'venv', folder])
  const missing = made.code === 0 ? await installAll(python, file, text) : everything(text, installError(made.output))
  await mkdir(folder, { recursive: true })
  await writeFile(`${record}.new`, JSON.stringify(missing, undefined, 2))
  // The record is the sign of a finished install, so it appears whole or not at all.
  await rename(`${record}.new`, record)
  return { python, missing }
}

async function installAll(python: string, file: string, text: string): Promise<Record<string, string>> {
  const install = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--only-binary', ':all:']
  const together = await runTool(python, [...install, '-r', file])
  if (together.code === 0) return {}
  const missing: Record<string, string> = {}
  for (const line of requirementLines(text)) {
    const { code, output } = await runTool(python, [...install, line])
    if (code !== 0) missing[packageName(line)] = installError(output)
  }
  return missing
}

function everything(text: string, reason: string): Record<string, string> {
  return Object.fromEntries(requirementLines(text).map((line) => [packageName(line), reason]))
}

function requirementLines(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
}

function packageName(requirement: string): string {
  return /^[\w.-]+/.exec(requirement)?.[0] ?? requirement
}
