import { isoTime } from '@kestrel/core'
import { differenceTable, type SessionEvent } from '@kestrel/live'

/** A line for people; undefined for what happens all the time. */
export function eventText(event: SessionEvent): string | undefined {
  switch (event.kind) {
    case 'fill': {
      const { tsEventMs, side, quantity, instrumentId, price, fee, feeCurrency } = event.fill
      return `${isoTime(tsEventMs)}  ${side} ${quantity} ${instrumentId} at ${price}, fee ${fee} ${feeCurrency}`
    }
    case 'mode':
      return `Trading is ${event.mode}: ${event.reason}`
    case 'differences':
      return differenceTable(event.differences)
    case 'alarm':
      return `${event.severity.toUpperCase()} ${event.code}: ${event.message}`
    default:
      return undefined
  }
}
