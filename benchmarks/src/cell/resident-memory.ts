import { readFileSync } from 'node:fs'

/**
 * Present and largest resident memory of a process, MB (2^20 bytes).
 *
 * Read from `/proc` on Linux: `maxRSS` of `getrusage` can carry over the peak of the process that started this one.
 *
 * @param pid - Default: this process, the only one that can be read on other systems.
 */
export function residentMb(pid: number | 'self' = 'self'): { readonly now: number; readonly peak: number } {
  try {
    const text = readFileSync(`/proc/${pid}/status`, 'utf8')
    const kb = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0)
    return { now: kb('VmRSS') / 1_024, peak: kb('VmHWM') / 1_024 }
  } catch {
    if (pid !== 'self') return { now: 0, peak: 0 }
    return { now: process.memoryUsage.rss() / 2 ** 20, peak: process.resourceUsage().maxRSS / 1_024 }
  }
}
