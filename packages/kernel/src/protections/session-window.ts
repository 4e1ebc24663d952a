import type { TimeMs } from '@kestrel/core'

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
const DAY_MS = 86_400_000
const MINUTE_MS = 60_000
const MINUTES_OF_DAY = 1_440

/** Hours of some days of the week, in UTC. A window that ends at or before its start goes on into the next day. */
export interface SessionWindow {
  /** Monday first: whether a window begins on that day. */
  readonly days: readonly boolean[]
  readonly startMinute: number
  /** After `startMinute`; above 1,440 where it reaches into the next day. */
  readonly endMinute: number
}

const WINDOW = /^(?:([a-z]{3})(?:-([a-z]{3}))?@)?(\d{2}):(\d{2})-(\d{2}):(\d{2})$/

/** Reads `mon-fri@08:00-16:00`, `sat@20:00-02:00` or `08:00-16:00` (every day); undefined for anything else. */
export function parseSessionWindow(text: string): SessionWindow | undefined {
  const match = WINDOW.exec(text.trim())
  if (match === null) return undefined
  const [, firstDay, lastDay, ...clock] = match
  const [startHour, startMinutes, endHour, endMinutes] = clock.map(Number) as [number, number, number, number]
  if (startMinutes > 59 || endMinutes > 59) return undefined
  const startMinute = startHour * 60 + startMinutes
  const end = endHour * 60 + endMinutes
  if (startMinute >= MINUTES_OF_DAY || end > MINUTES_OF_DAY) return undefined
  const first = firstDay === undefined ? 0 : DAYS.findIndex((day) => day === firstDay)
  const last = firstDay === undefined ? 6 : lastDay === undefined ? first : DAYS.findIndex((day) => day === lastDay)
  if (first < 0 || last < 0) return undefined
  const length = (last - first + 7) % 7
  const days = DAYS.map((_, day) => (day - first + 7) % 7 <= length)
  return { days, startMinute, endMinute: end > startMinute ? end : end + MINUTES_OF_DAY }
}

/** Whether an instant lies in the window; its end does not. */
export function isInWindow({ days, startMinute, endMinute }: SessionWindow, timeMs: TimeMs): boolean {
  const dayNumber = Math.floor(timeMs / DAY_MS)
  const minute = (timeMs - dayNumber * DAY_MS) / MINUTE_MS
  // 1970-01-01 was a Thursday, the fourth day of a week that begins on Monday.
  const day = (((dayNumber + 3) % 7) + 7) % 7
  if (days[day] === true && minute >= startMinute && minute < endMinute) return true
  return days[(day + 6) % 7] === true && minute + MINUTES_OF_DAY < endMinute
}
