import { isoTime, KestrelError, type TimeMs } from '@kestrel/core'

/** A strategy threw. The run ends; nothing of it is kept. */
export class StrategyError extends KestrelError {
  override name = 'StrategyError'

  /**
   * Says where and when it happened. Errors of data pass unchanged, and so does a {@link UsageError} whose code begins with
   * `STRATEGY_`: by it a strategy says at its start that the run, not its code, is to be changed.
   */
  static during(
    error: unknown,
    strategy: string,
    timeMs: TimeMs | undefined,
    instrumentId: string | undefined,
  ): KestrelError {
    if (KestrelError.isInstance(error) && error.name === 'DataError') return error
    if (isAboutRun(error) && timeMs === undefined) return error
    const message = (error instanceof Error ? error.message : String(error)).replace(/[.\s]*$/, '.')
    const when = timeMs === undefined ? 'while starting' : `at ${isoTime(timeMs)}`
    const where = instrumentId === undefined ? '' : ` on ${instrumentId}`
    return new StrategyError({
      code: KestrelError.isInstance(error) ? error.code : 'KERNEL_STRATEGY_FAILED',
      message: `Strategy ${strategy} failed ${when}${where}: ${message} The run was given up; no result was written.`,
      meta: { strategy, timeMs, instrumentId, ...(KestrelError.isInstance(error) ? error.meta : {}) },
      cause: error,
      ...(KestrelError.isInstance(error) && error.hint !== undefined ? { hint: error.hint } : {}),
    })
  }
}

function isAboutRun(error: unknown): error is KestrelError {
  return KestrelError.isInstance(error) && error.name === 'UsageError' && error.code.startsWith('STRATEGY_')
}
