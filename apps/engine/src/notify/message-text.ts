import { isoTime } from '@kestrel/core'
import type { Message } from './message.ts'

/** First line of a message: `CRITICAL demo-live: RISK_HALTED`. */
export function messageTitle({ severity, sessionId, code }: Message): string {
  return `${severity.toUpperCase()} ${sessionId ?? 'engine'}: ${code}`
}

/** The whole message as plain text of at most `most` characters. */
export function messageText(message: Message, most: number): string {
  const text = `${messageTitle(message)}\n${message.text}\n${isoTime(message.timeMs)}`
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`
}
