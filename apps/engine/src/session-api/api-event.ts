import { decimalOf, type SessionEvent } from '@kestrel/contracts'
import { fillOf } from './describe-for-api.ts'
import type { RecordedEvent } from './recorded-events.ts'

/**
 * An event of a session's folder as the API tells it; undefined for what it does not tell.
 *
 * @param drawdown - of an equity, as a fraction of the highest so far, 0 or less
 */
export function apiEventOf(sessionId: string, event: RecordedEvent, drawdown: number): SessionEvent | undefined {
  const at = { sessionId, timeMs: event.timeMs }
  switch (event.kind) {
    case 'fill':
      return { ...at, kind: 'fill', data: fillOf(sessionId, event.fill, event.timeMs) }
    case 'equity':
      return { ...at, kind: 'equity', data: { timeMs: event.timeMs, equity: decimalOf(event.equity), drawdown } }
    case 'alarm': {
      const { severity, code, message } = event
      return { ...at, kind: 'notice', data: { severity, code, message } }
    }
    case 'differences': {
      const message = `The account differs from the books in ${event.differences.length} places.`
      return { ...at, kind: 'notice', data: { severity: 'error', code: 'ACCOUNT_DIFFERS', message } }
    }
    case 'mode': {
      const message = `Trading is ${event.mode}: ${event.reason}`
      return { ...at, kind: 'notice', data: { severity: 'info', code: 'TRADING_MODE', message } }
    }
    case 'order':
      return undefined
  }
}
