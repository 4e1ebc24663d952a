import { UsageError } from '@kestrel/core'
import { riskLimitsSchema } from '@kestrel/live'
import { didYouMean } from '../cli/nearest.ts'
import { parseNumber } from '../cli/parse-number.ts'

/** Without what is known of market and account nothing is opened. They hold where a user sets no other, or `off`. */
const FRESHNESS = { staleDataMs: { at: 60_000 }, disconnectedMs: { at: 60_000 } }

/**
 * Limits of the settings, then those of flags: `drawdown=0.1:flatten`, `staleDataMs=off`.
 *
 * @throws UsageError `SESSION_LIMIT`, `CLI_NUMBER`.
 */
export function limitsOf(
  set: Readonly<Record<string, unknown>>,
  texts: readonly string[],
): Readonly<Record<string, unknown>> {
  const known = Object.keys(riskLimitsSchema.shape)
  const all: Record<string, unknown> = { ...FRESHNESS, ...set }
  for (const text of texts) {
    const [, name = '', at = '', action] = /^([^=]+)=([^:]+)(?::(.+))?$/.exec(text) ?? []
    if (!known.includes(name)) {
      throw new UsageError({
        code: 'SESSION_LIMIT',
        message: `--limit ${text} names no limit. Nothing was started.`,
        hint: didYouMean(name, known) ?? `There are ${known.join(', ')}.`,
        meta: { limit: text, known },
      })
    }
    if (at === 'off') {
      all[name] = at
      continue
    }
    const value = parseNumber(at, `--limit ${name}`)
    all[name] =
      name === 'lossStreak'
        ? { at: value, pauseMs: parseNumber(action ?? '3600000', '--limit lossStreak') }
        : { at: value, ...(action === undefined ? {} : { action }) }
  }
  const parsed = riskLimitsSchema.safeParse(
    Object.fromEntries(Object.entries(all).filter(([, limit]) => limit !== 'off')),
  )
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new UsageError({
    code: 'SESSION_LIMIT',
    message: `The limit ${issue?.path.join('.') ?? ''} cannot be used: ${issue?.message ?? ''}. Nothing was started.`,
    hint: 'Write --limit drawdown=0.1:flatten; fractions are parts of the equity.',
    meta: { issues: parsed.error.issues },
  })
}
