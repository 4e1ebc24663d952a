import { KestrelError } from '@kestrel/core'

/** An exchange, or the network on the way to it, that failed or refused. Exit code 4. */
export class VenueError extends KestrelError {
  override name = 'VenueError'
}
