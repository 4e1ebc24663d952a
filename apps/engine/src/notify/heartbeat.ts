import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from '../log/logger.ts'

const TIMEOUT_MS = 10_000

export interface HeartbeatOptions {
  readonly url: string
  readonly everyMs: number
  readonly logger: Logger
  /** Asked before each beat: while false none is sent, and whoever listens outside raises the alarm. */
  isWell(): boolean | Promise<boolean>
}

/**
 * Asks for an address again and again, as healthchecks.io and the like expect it: when the engine, its machine or its
 * network dies, the silence is noticed outside.
 *
 * @returns a function that ends it
 */
export function startHeartbeat({ url, everyMs, logger, isWell }: HeartbeatOptions): () => Promise<void> {
  const abort = new AbortController()
  const { signal } = abort
  let isFailing = false
  const beats = (async () => {
    while (!signal.aborted) {
      const problem = (await unwell(isWell)) ?? (await beat(url, signal))
      if (signal.aborted) break
      // Said once when it begins and once when it is over.
      if (problem !== undefined && !isFailing) logger.warning('no heartbeat sent', { problem })
      if (problem === undefined && isFailing) logger.info('heartbeat sent again')
      isFailing = problem !== undefined
      await sleep(everyMs, undefined, { signal }).catch(() => undefined)
    }
  })()
  return async () => {
    abort.abort()
    await beats
  }
}

/** @returns why none is sent; to fail at finding out is no sign of health */
async function unwell(isWell: HeartbeatOptions['isWell']): Promise<string | undefined> {
  try {
    return (await isWell()) ? undefined : 'the engine is not well'
  } catch (error) {
    return `it cannot be told whether the engine is well: ${error instanceof Error ? error.message : String(error)}`
  }
}

/** @returns why it did not arrive, without the address, which is a secret */
async function beat(url: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { 'user-agent': 'kestrel' },
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    })
    await response.body?.cancel()
    return response.ok ? undefined : `the answer was ${response.status}`
  } catch (error) {
    return error instanceof Error && error.name === 'TimeoutError' ? 'no answer in time' : 'no connection'
  }
}
