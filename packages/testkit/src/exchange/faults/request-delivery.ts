import type { ExchangeAnswer } from '../front/dialect.ts'
import type { Delivery } from '../front/interference.ts'
import { numberOf, type ScheduledFault } from './fault-schedule.ts'

/** A page as the networks in front of a venue send it. */
const HTML_PAGE =
  '<!DOCTYPE html>\n<html><head><title>Just a moment...</title></head><body><h1>Checking your browser</h1><p>Ray ID: 7f3c1f0a9b2d</p></body></html>\n'

const HTML_STATUS = [200, 403, 502]

const STATUS_TEXT: Readonly<Record<number, string>> = {
  500: 'Internal Server Error',
  501: 'Not Implemented',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Time-out',
}

/** Asks the venue, which acts on the request by that. */
export type Ask = () => ExchangeAnswer

/**
 * How a request ends under a fault of the line. Undefined where the fault is none of these.
 *
 * @param ask - May be called once, twice, or not at all.
 */
export function deliveryUnder(fault: ScheduledFault, ask: Ask): Delivery | undefined {
  switch (fault.name) {
    case 'timeout-before':
      return { kind: 'silence' }
    case 'timeout-after': {
      const answer = ask()
      const delayMs = numberOf(fault, 'delayMs')
      return delayMs === 0 ? { kind: 'silence' } : { kind: 'answer', answer, delayMs }
    }
    case 'slow-answer':
      return { kind: 'answer', answer: ask(), delayMs: numberOf(fault, 'delayMs') }
    case 'reset-before':
      return { kind: 'reset' }
    case 'reset-after':
      ask()
      return { kind: 'reset' }
    case 'broken-answer':
      return { kind: 'broken-off', answer: ask(), share: numberOf(fault, 'sharePct') / 100 }
    case 'truncated-json': {
      const answer = ask()
      // At least the last character goes, or nothing would be wrong.
      const length = Math.min(
        answer.body.length - 1,
        Math.floor((answer.body.length * numberOf(fault, 'sharePct')) / 100),
      )
      return { kind: 'answer', answer: { ...answer, body: answer.body.slice(0, length) } }
    }
    case 'duplicate-delivery':
      ask()
      return { kind: 'answer', answer: ask() }
    case 'server-error': {
      const status = numberOf(fault, 'status')
      return page(fault, ask, status, `<html><body><h1>${status} ${STATUS_TEXT[status] ?? ''}</h1></body></html>`)
    }
    case 'html-page':
      return page(fault, ask, HTML_STATUS[numberOf(fault, 'status')] ?? 200, HTML_PAGE)
    default:
      return undefined
  }
}

function page(fault: ScheduledFault, ask: Ask, status: number, body: string): Delivery {
  if (numberOf(fault, 'accepted') === 1) ask()
  return { kind: 'answer', answer: { status, headers: { 'content-type': 'text/html; charset=UTF-8' }, body } }
}
