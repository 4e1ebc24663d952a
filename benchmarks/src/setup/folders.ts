import { homedir } from 'node:os'
import { dirname, join } from 'node:path'

/** The workspace of the benchmarks. */
export const BENCHMARKS = dirname(dirname(import.meta.dirname))

/** The repository. */
export const ROOT = dirname(BENCHMARKS)

/** Where results are kept, one file a case. */
export const RESULTS = join(BENCHMARKS, 'results')

/** Where data files and Python environments are kept between runs: `KESTREL_CACHE`, else `~/.cache/kestrel`. */
export function cacheFolder(): string {
  return process.env['KESTREL_CACHE'] ?? join(homedir(), '.cache', 'kestrel')
}
