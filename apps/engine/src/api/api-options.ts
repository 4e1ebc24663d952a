import type { Clock } from '@kestrel/core'
import type { Logger } from '../log/logger.ts'
import type { Redactor } from '../log/redactor.ts'
import type { SessionDirectory } from './session-directory.ts'

/** What the API is made of. */
export interface ApiOptions {
  readonly directory: SessionDirectory
  readonly clock: Clock
  readonly logger: Logger
  readonly redactor: Redactor
  /** Address to listen on; anything but loopback needs a user or a token in the access file. */
  readonly host: string
  /** 0 takes any free port. */
  readonly port: number
  readonly accessFile: string
  /** Database of first answers; `:memory:` forgets them at the end. */
  readonly answersFile: string
  /** Names under which it is reached, besides addresses in numbers. */
  readonly allowedHosts: readonly string[]
  /** `https://kestrel.example` where a proxy with TLS stands in front; cookies are then sent over TLS only. */
  readonly publicOrigin: string | undefined
  /** Requests of one address within a minute. */
  readonly requestsPerMinute: number
  /** Further conditions of readiness, such as a journal that can be written. */
  readonly readiness?: readonly ReadinessCheck[]
}

interface ReadinessCheck {
  readonly name: string
  check(): Promise<{ readonly isReady: boolean; readonly detail: string }>
}
