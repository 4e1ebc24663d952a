import type { OrderNews } from '../session/session-input.ts'

/** What the sender tells the session. */
export interface SenderEvents {
  /** Something new is known of an order. It is written down and booked before this returns. */
  news(orderId: number, news: OrderNews): void
  /** Written to the journal for the record. */
  note(kind: string, body: Readonly<Record<string, unknown>>): void
  /** What was told is on the disk when this returns. */
  commit(): void
  /** Somebody has to look at this. */
  alarm(code: string, message: string): void
}
