import type { Severity } from '@kestrel/contracts'
import type { TimeMs } from '@kestrel/core'

/** Something that people are told. Plain text without markup. */
export interface Message {
  readonly severity: Severity
  /** Names the kind, such as `RISK_HALTED`. */
  readonly code: string
  readonly text: string
  /** Undefined where it is about the engine as a whole. */
  readonly sessionId: string | undefined
  readonly timeMs: TimeMs
}

const SEVERITIES: readonly Severity[] = ['debug', 'info', 'warning', 'error', 'critical']

/** Whether a severity reaches a threshold. */
export function isAtLeast(severity: Severity, least: Severity): boolean {
  return SEVERITIES.indexOf(severity) >= SEVERITIES.indexOf(least)
}
