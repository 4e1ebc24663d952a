import type { Clock } from '@kestrel/core'
import type { Delays } from './delays.ts'
import type { Mount } from './dialect.ts'
import type { Interference } from './interference.ts'
import type { RequestLog } from './request-log.ts'

/** What the parts of one server share. */
export interface ServerState {
  readonly mounts: readonly Mount[]
  readonly clock: Clock
  readonly faults: Interference | undefined
  readonly log: RequestLog
  readonly delays: Delays
  readonly maxBodyBytes: number
  readonly maxWaitingBytes: number
  /** Keeps an error that a dialect threw: a bug, which must not pass for a fault. */
  readonly fail: (error: unknown) => void
}
