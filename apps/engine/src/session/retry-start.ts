import { setTimeout as wait } from 'node:timers/promises'
import { KestrelError } from '@kestrel/core'
import type { CommandContext } from '../cli/command-context.ts'

/** How long a start goes on asking a venue that turns it away for the moment. */
const START_WITHIN_MS = 60_000
const FIRST_WAIT_MS = 1_000
const MOST_WAIT_MS = 15_000

/**
 * Does a part of a start, again where the venue may be asked again: too many requests, maintenance, a time-out. It waits as long
 * as the venue says, and longer from time to time, so that a venue that counts requests does not shut the address out.
 *
 * @param work - Leaves nothing behind where it throws.
 * @throws What `work` throws: at once where asking again changes nothing, else when the time is over or would be.
 */
export async function retryStart<T>(
  { clock, note }: Pick<CommandContext, 'clock' | 'note'>,
  work: () => Promise<T>,
  withinMs = START_WITHIN_MS,
  sleep: (ms: number) => Promise<unknown> = wait,
): Promise<T> {
  const endMs = clock.nowMs() + withinMs
  for (let tries = 0; ; tries++) {
    try {
      return await work()
    } catch (error) {
      if (!KestrelError.isInstance(error) || error.retry !== 'safe') throw error
      const { retryAfterMs } = error.meta
      const asked = typeof retryAfterMs === 'number' ? retryAfterMs : 0
      const waitMs = Math.max(asked, Math.min(MOST_WAIT_MS, FIRST_WAIT_MS * 2 ** tries))
      if (clock.nowMs() + waitMs > endMs) throw error
      note(`${error.message} It is asked again in ${Math.ceil(waitMs / 1_000)} s.`)
      await sleep(waitMs)
    }
  }
}
