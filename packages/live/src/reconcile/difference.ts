import { KestrelError } from '@kestrel/core'
import type { Holdings } from './account-books.ts'

/** What to do about what the session's books cannot explain. */
export interface ReconcileRules {
  /** Open orders that the session did not place. Default `refuse`. */
  readonly foreignOrders: 'refuse' | 'ignore' | 'cancel'
  /** Positions that the session did not open. `adopt` leaves them alone and counts from there. Default `refuse`. */
  readonly positions: 'refuse' | 'adopt'
  /** Balances beside the session's. Default `refuse`. */
  readonly balances: 'refuse' | 'adopt'
  /** Part of a balance that may be missing or too much without a reason: rounding, dust, fees in other coins. */
  readonly balanceTolerance: number
}

export const RECONCILE_RULES: ReconcileRules = Object.freeze({
  foreignOrders: 'refuse',
  positions: 'refuse',
  balances: 'refuse',
  balanceTolerance: 0.0005,
})

/** One line of the table that a session shows when its books and the venue's differ. */
export interface Difference {
  readonly venue: string
  readonly kind: 'foreign-order' | 'missing-order' | 'fill' | 'position' | 'balance'
  /** Instrument, place, currency or order. */
  readonly what: string
  readonly ours: string
  readonly theirs: string
  /** `explained` was taken into the books, `adopted` is left alone by rule, `refused` keeps the session from trading. */
  readonly verdict: 'explained' | 'adopted' | 'refused'
  readonly detail: string
}

/**
 * Differences of positions and balances.
 *
 * @param baseline - What the account had beside the session when it began.
 * @param session - What the session has by its books.
 */
export function holdingDifferences(
  venue: string,
  baseline: Holdings,
  session: Holdings,
  found: Holdings,
  rules: ReconcileRules,
): Difference[] {
  const out: Difference[] = []
  for (const what of union(baseline.positions, session.positions, found.positions)) {
    const own = session.positions[what] ?? 0
    const expected = (baseline.positions[what] ?? 0) + own
    const held = found.positions[what] ?? 0
    if (held === expected) continue
    // What the session believes to hold must be there: it would close it again, and open a position by that.
    const isGone = own !== 0 && Math.sign(own) * held < Math.abs(own)
    const verdict = rules.positions === 'adopt' && !isGone ? 'adopted' : 'refused'
    out.push({
      venue,
      kind: 'position',
      what,
      ours: `${expected} lots`,
      theirs: `${held} lots`,
      verdict,
      detail: isGone
        ? `the session's own ${own} lots were closed by somebody else: it cannot go on, begin another one (--id)`
        : 'somebody else traded on the account, or a fill is missing',
    })
  }
  // What somebody else bought beside costs no balance, only margin: with such a position costs explain nothing.
  const hasOtherPositions = out.length > 0
  for (const what of union(baseline.balances, session.balances)) {
    const expected = (baseline.balances[what] ?? 0) + (session.balances[what] ?? 0)
    const held = found.balances[what] ?? 0
    const slack = Math.max(1e-8, rules.balanceTolerance * Math.max(Math.abs(expected), Math.abs(held)))
    const costsMore = (found.costs?.[what] ?? 0) - (baseline.costs?.[what] ?? 0) - (session.costs?.[what] ?? 0)
    const isExplained = Math.abs(held - expected - (Number.isNaN(costsMore) ? 0 : costsMore)) <= slack
    if (isExplained || (hasOtherPositions && Math.abs(held - expected) <= slack)) continue
    out.push({
      venue,
      kind: 'balance',
      what,
      ours: decimals(expected),
      theirs: decimals(held),
      verdict: rules.balances === 'adopt' ? 'adopted' : 'refused',
      detail: 'a deposit, a withdrawal, a transfer, somebody else, or a fee or payment that is missing',
    })
  }
  return out
}

/** The baseline from which what is there is what is expected. */
export function baselineOf(found: Holdings, session: Holdings): Holdings {
  const less = (all: Readonly<Record<string, number>>, own: Readonly<Record<string, number>>): Record<string, number> =>
    Object.fromEntries(union(all, own).map((what) => [what, (all[what] ?? 0) - (own[what] ?? 0)]))
  return {
    positions: less(found.positions, session.positions),
    balances: less(found.balances, session.balances),
    costs: Object.fromEntries(
      Object.entries(less(found.costs ?? {}, session.costs ?? {})).filter(([, cost]) => !Number.isNaN(cost)),
    ),
  }
}

/**
 * @param cancelled - Orders of somebody else that were cancelled before.
 * @throws KestrelError `LIVE_DIFFERENCE`, with the table in its message, where one was refused.
 */
export function requireNoRefusal(differences: readonly Difference[], cancelled = 0): void {
  const refused = differences.filter(({ verdict }) => verdict === 'refused')
  if (refused.length === 0) return
  const sent =
    cancelled === 0
      ? 'Nothing was sent.'
      : `Nothing was sent but cancellations of ${cancelled} orders of somebody else.`
  throw new KestrelError({
    code: 'LIVE_DIFFERENCE',
    message: `The account is not what the session's books say. ${sent}\n${differenceTable(differences)}`,
    hint: 'Set it right at the venue, or take over what is there: --adopt-positions, --adopt-balances, --foreign-orders ignore|cancel.',
    meta: { differences },
  })
}

/** As a table in plain text. */
export function differenceTable(differences: readonly Difference[]): string {
  const head = ['venue', 'kind', 'what', 'ours', 'theirs', 'verdict', 'detail']
  const rows = [
    head,
    ...differences.map((each) => [each.venue, each.kind, each.what, each.ours, each.theirs, each.verdict, each.detail]),
  ]
  const widths = head.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)))
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

function union(...records: readonly Readonly<Record<string, unknown>>[]): string[] {
  return [...new Set(records.flatMap((each) => Object.keys(each)))].sort()
}

function decimals(value: number): string {
  return String(Number(value.toPrecision(12)))
}
