const HOUR_MS = 3_600_000

/**
 * Hours for which a loan is charged: the hour of borrowing at once, then one more at every full hour on the clock.
 *
 * Borrowed at 10:59 and repaid at 11:01 is two hours; borrowed at 11:00 and repaid at 11:59 is one. A loan repaid at
 * the full hour itself is not charged for the hour that begins there.
 * Source: Binance, "How to calculate margin interest": hourly, hours rounded up by the clock.
 */
export function borrowedHours(fromMs: number, untilMs: number): number {
  if (untilMs < fromMs) return 0
  return Math.max(1, Math.ceil(untilMs / HOUR_MS) - Math.floor(fromMs / HOUR_MS))
}

/**
 * Interest of a spot-margin loan, in the borrowed currency: `principal * dailyRate / 24 * hours`.
 *
 * Simple interest: the hours are charged on the principal, and interest that is owed bears none. This is how Binance
 * charges; the loan grows only when it is borrowed again.
 *
 * @param principal - Amount borrowed, 0 or more.
 * @param dailyRate - Fraction a day, as venues publish it (0.0002 is 2 bp a day).
 * @param hours - See {@link borrowedHours}.
 */
export function simpleBorrowInterest(principal: number, dailyRate: number, hours: number): number {
  return ((principal * dailyRate) / 24) * hours
}

/**
 * Interest of the same loan on a venue that adds what is owed to the loan each hour (OKX, Bybit):
 * `principal * ((1 + dailyRate / 24) ^ hours - 1)`. Never below the simple interest.
 */
export function compoundBorrowInterest(principal: number, dailyRate: number, hours: number): number {
  return principal * Math.expm1(hours * Math.log1p(dailyRate / 24))
}
