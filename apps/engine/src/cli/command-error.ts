import { KestrelError, type KestrelErrorOptions } from '@kestrel/core'

/** The user ended a command. Exit code 130. */
export function interruptedError(message: string): KestrelError {
  return new KestrelError({ code: 'INTERRUPTED', message, retry: 'safe' })
}

/**
 * A failure that comes with a table for people, which goes to stderr ahead of the message, since stdout stays empty on
 * failure. The same facts stand in `meta`.
 */
export class DetailedError extends KestrelError {
  readonly detail: string

  constructor(
    options: KestrelErrorOptions & {
      readonly name: 'DataError' | 'ValidationError' | 'VenueError'
      readonly detail: string
    },
  ) {
    super(options)
    this.name = options.name
    this.detail = options.detail
  }
}
