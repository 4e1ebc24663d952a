import { createHash } from 'node:crypto'
import type { TimeMs } from '@kestrel/core'

/**
 * Name of a run: `20261121T134500-sma-cross-3f9a1c`. It sorts by time, tells people what it is, and ends in the start of a
 * hash of what was run. No hash of a run depends on it.
 */
export function runId(startedAtMs: TimeMs, strategy: string, identity: readonly string[]): string {
  const time = new Date(startedAtMs).toISOString().replaceAll(/[-:]|\.\d+Z$/g, '')
  const hash = createHash('sha256').update(identity.join('\n')).digest('hex')
  return `${time}-${strategy}-${hash.slice(0, 6)}`
}
