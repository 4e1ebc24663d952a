/** What the caller may do next: give up, try again, or look up the outcome before any second try. */
export type Retry = 'never' | 'safe' | 'unknown-outcome'

export interface KestrelErrorOptions {
  readonly code: string
  readonly message: string
  /** What to do next, as one sentence or a command to type. */
  readonly hint?: string
  readonly meta?: Readonly<Record<string, unknown>>
  readonly cause?: unknown
  readonly retry?: Retry
}

const MARKER = Symbol.for('kestrel.error')

/**
 * Base of every error that Kestrel raises on purpose.
 *
 * The message reads alone: what failed, where, what was left unchanged. `meta` holds the same facts as data and never
 * a secret. Recognise one with {@link KestrelError.isInstance}, which also works across copies of this package.
 */
export class KestrelError extends Error {
  override name = 'KestrelError'
  readonly code: string
  readonly hint: string | undefined
  readonly meta: Readonly<Record<string, unknown>>
  readonly retry: Retry

  constructor(options: KestrelErrorOptions) {
    super(options.message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = options.code
    this.hint = options.hint
    this.meta = options.meta ?? {}
    this.retry = options.retry ?? 'never'
    Object.defineProperty(this, MARKER, { value: true })
  }

  static isInstance(error: unknown): error is KestrelError {
    return typeof error === 'object' && error !== null && MARKER in error
  }
}

/** An argument, flag, parameter or configuration value that cannot be used. Exit code 2. */
export class UsageError extends KestrelError {
  override name = 'UsageError'
}

/** Data that is missing, has a gap, or cannot be read as what it claims to be. Exit code 3. */
export class DataError extends KestrelError {
  override name = 'DataError'
}
