import { isoTime } from '@kestrel/core'
import type { Message } from './message.ts'

/** First line of a message: `CRITICAL demo-live: RISK_HALTED`. One line whatever it is made of: it becomes a mail's subject. */
export function messageTitle({ severity, sessionId, code }: Message): string {
  // oxlint-disable-next-line no-control-regex -- line breaks are among them
  return `${severity.toUpperCase()} ${sessionId ?? 'engine'}: ${code}`.replaceAll(/[\u0000-\u001F\u007F]+/g, ' ')
}

/** The whole message as plain text of at most `most` characters. */
export function messageText(message: Message, most: number): string {
  const text = `${messageTitle(message)}\n${message.text}\n${isoTime(message.timeMs)}`
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`
}
