import { KestrelError } from '@kestrel/core'

/** A request that is refused, with the HTTP status of the answer. */
export class ApiRequestError extends KestrelError {
  override name = 'ApiRequestError'
  readonly statusCode: number

  constructor(options: {
    readonly statusCode: number
    readonly code: string
    readonly message: string
    readonly hint?: string
    readonly meta?: Readonly<Record<string, unknown>>
    readonly retry?: 'never' | 'safe' | 'unknown-outcome'
  }) {
    const { statusCode, ...rest } = options
    super(rest)
    this.statusCode = statusCode
  }
}

export function sessionNotFound(id: string): ApiRequestError {
  return new ApiRequestError({
    statusCode: 404,
    code: 'SESSION_NOT_FOUND',
    message: `There is no session ${id}.`,
    hint: 'GET /api/v1/sessions names those that there are.',
    meta: { session: id },
  })
}
