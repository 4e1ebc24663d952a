import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * A folder that is gone when the cell has ended.
 *
 * @param within - Decides on which disk it is; default that of temporary files.
 */
export function scratchFolder(within = tmpdir()): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(within, 'kestrel-bench-'))
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) }
}

/** Starts the exchange of the case in a process of its own. */
export async function startLocalExchange(): Promise<Disposable & { readonly url: string }> {
  const child = fork(join(import.meta.dirname, 'local-exchange.ts'), [], { execArgv: [] })
  const [url] = (await once(child, 'message')) as [string]
  return { url, [Symbol.dispose]: () => void child.kill() }
}
