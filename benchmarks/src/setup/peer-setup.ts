import type { CellSpec } from '../bench-case.ts'
import { installNpmPeers } from './npm-peers.ts'
import { findPython, type PythonEnvironment, type PythonFound, pythonEnvironment } from './python-environment.ts'

const NO_PYTHON = 'no Python of version 3.11 or newer with venv was found; set KESTREL_BENCH_PYTHON to one'

/** Makes the programs that cells need, each once and only when the first cell asks for it. */
export class PeerSetup {
  #npm: Promise<string | undefined> | undefined
  #python: Promise<PythonFound | undefined> | undefined
  readonly #environments = new Map<string, Promise<PythonEnvironment>>()

  /** The command that runs the cell's script, or why there is none. */
  async commandOf(cell: CellSpec): Promise<{ readonly command: string } | { readonly failure: string }> {
    if (cell.runtime === 'node') return { command: process.execPath }
    if (cell.runtime === 'npm') {
      const error = await (this.#npm ??= installNpmPeers())
      return error === undefined ? { command: process.execPath } : { failure: `not installed: ${error}` }
    }
    const base = await (this.#python ??= findPython())
    if (base === undefined) return { failure: NO_PYTHON }
    const { python, missing } = await this.#environment(cell.environment ?? 'main', base)
    const lacking = cell.packages?.find((name) => missing[name] !== undefined)
    return lacking === undefined ? { command: python } : { failure: `not installed: ${missing[lacking]}` }
  }

  async #environment(name: string, base: PythonFound): Promise<PythonEnvironment> {
    const known = this.#environments.get(name) ?? pythonEnvironment(name, base)
    this.#environments.set(name, known)
    return await known
  }
}
