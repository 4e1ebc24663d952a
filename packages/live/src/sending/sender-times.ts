/** Waiting times of whoever sends orders, in milliseconds. Tests make them short. */
export interface SenderTimes {
  /** How long a venue may say "no such order" of one that was just sent before it is believed. */
  readonly settleMs: number
  /** First wait after a failure; it doubles up to {@link mostWaitMs}. */
  readonly firstWaitMs: number
  readonly mostWaitMs: number
  /** An order that could not be sent for so long is given up: the market has moved on. */
  readonly staleMs: number
  /** A new order takes the place of one that guards a position only after so long: its entry may fill in many parts. */
  readonly gatherMs?: number
}

export const SENDER_TIMES: SenderTimes = Object.freeze({
  settleMs: 10_000,
  firstWaitMs: 200,
  mostWaitMs: 10_000,
  staleMs: 5_000,
  gatherMs: 100,
})
