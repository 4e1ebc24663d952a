import type { SessionEvent } from '@kestrel/contracts'
import type { SessionDirectory } from '../api/session-directory.ts'
import type { Message } from './message.ts'

/**
 * Turns what happens to sessions into messages: notices, risk limits that were reached, sessions that failed or halted,
 * actions of operators, rejected orders, feeds that went stale and came back.
 *
 * @returns a function that ends it
 */
export function watchSessions(directory: SessionDirectory, notify: (message: Message) => void): () => void {
  /** What was last said of a session's risk and state and of its feeds, so that only changes are told. */
  const last = new Map<string, string>()
  const isNew = (key: string, value: string): boolean => {
    const isChange = last.get(key) !== value
    last.set(key, value)
    return isChange
  }
  return directory.subscribe((event) => {
    const said = messageOf(event, isNew)
    if (said === undefined) return
    const [severity, code, text] = said
    notify({ severity, code, text, sessionId: event.sessionId, timeMs: event.timeMs })
  })
}

type Said = readonly [severity: Message['severity'], code: string, text: string]

function messageOf(event: SessionEvent, isNew: (key: string, value: string) => boolean): Said | undefined {
  const { sessionId } = event
  switch (event.kind) {
    case 'notice':
      return [event.data.severity, event.data.code, event.data.message]
    case 'risk': {
      const { mode, reason } = event.data
      if (!isNew(`risk ${sessionId}`, mode)) return undefined
      if (mode === 'active') return undefined
      return [mode === 'halted' ? 'critical' : 'error', `RISK_${mode.toUpperCase()}`, reason]
    }
    case 'session': {
      const { state, detail } = event.data
      if (!isNew(`session ${sessionId}`, state)) return undefined
      if (state === 'failed' || state === 'halted') return ['critical', `SESSION_${state.toUpperCase()}`, detail]
      return ['info', `SESSION_${state.toUpperCase()}`, detail]
    }
    case 'action': {
      const { action, outcome, detail } = event.data
      return [outcome === 'refused' ? 'warning' : 'info', 'ACTION', `${action}: ${outcome}. ${detail}`.trim()]
    }
    case 'order': {
      const { state, clientOrderId, instrumentId, reason } = event.data
      if (state !== 'rejected') return undefined
      return ['warning', 'ORDER_REJECTED', `${clientOrderId} of ${instrumentId}: ${reason}`]
    }
    case 'feed': {
      const { venue, instrumentId, feed, isStale, detail } = event.data
      const name = `${venue} ${instrumentId ?? ''} ${feed}`
      if (!isNew(`feed ${sessionId} ${name}`, String(isStale))) return undefined
      return isStale ? ['error', 'FEED_STALE', `${name}: ${detail}`] : ['info', 'FEED_FRESH', name]
    }
    case 'fill':
    case 'position':
    case 'flat':
    case 'balance':
    case 'equity':
      return undefined
  }
}
