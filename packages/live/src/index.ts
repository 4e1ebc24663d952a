export { flattenAccount, type FlattenOptions, type FlattenReport } from './kill/flatten-account.ts'
export { journalledSpot } from './kill/journalled-spot.ts'
export { type OpenSpotOrder, type SpotBooks } from './kill/spot-holdings.ts'
export { AccountRisk } from './risk/account-risk.ts'
export { journalledRisk } from './risk/journalled-risk.ts'
export { type RiskMemory, type RiskStatus } from './risk/risk-memory.ts'
export { type AccountLimits, type RiskAction, riskLimitsSchema } from './risk/risk-limits.ts'
export { accountSession, type SessionAccounting } from './accounting/account-session.ts'
export { type AccountFill, type AccountFunding, type OpeningLot, type RateLookup } from './accounting/account-fill.ts'
export {
  accountTrades,
  type AccountingInput,
  type AccountingReport,
  type CurrencyTotals,
  type OpenLot,
} from './accounting/account-trades.ts'
export { type Amount, amountOf, amountText } from './accounting/amount.ts'
export {
  compareWithStatement,
  type StatementComparison,
  type StatementDifference,
} from './accounting/compare-statement.ts'
export { type Lot, type LotMethod } from './accounting/lot-pool.ts'
export { readStatement, type StatementColumns, type StatementRow } from './accounting/read-statement.ts'
export { type RealisedGain } from './accounting/realised-gain.ts'
export { gainsCsv, openLotsCsv } from './accounting/report-csv.ts'
export { type Attribution, attributeDifference, type Cause } from './parity/attribute-difference.ts'
export { matchTrades, type TradePair } from './parity/match-trades.ts'
export { parityHtml } from './parity/parity-html.ts'
export { type ParityReport, parityReport, type ParityRow } from './parity/parity-report.ts'
export { type Rerun, rerunSession, sessionRecords } from './parity/rerun-session.ts'
export { AccountLock } from './journal/account-lock.ts'
export { Journal, type JournalEntry, type JournalHead } from './journal/journal.ts'
export { makePrivate, openPrivateDatabase } from './journal/private-database.ts'
export { readJournalCopy } from './journal/read-copy.ts'
export { type Difference, differenceTable, RECONCILE_RULES, type ReconcileRules } from './reconcile/difference.ts'
export { type Holdings } from './reconcile/account-books.ts'
export { type BarFeed } from './session/bar-barrier.ts'
export { clientOrderId, readClientOrderId, sessionCode } from './sending/client-order-id.ts'
export type { AccountStatus } from './session/account-watch.ts'
export { LiveSession } from './session/live-session.ts'
export { type OrderAction } from './sending/order-action.ts'
export { SENDER_TIMES, type SenderTimes } from './sending/sender-times.ts'
export { SessionCore, type SessionPlan } from './session/session-core.ts'
export { type OrderNews, type SessionCommand, type SessionInput } from './session/session-input.ts'
export { type RecordedStep, SessionJournal, type SessionStart } from './session/session-journal.ts'
export {
  type SessionEvent,
  type SessionFacts,
  type SessionPorts,
  type SessionRisk,
  type SessionSetup,
} from './session/session-ports.ts'
export { type SessionState } from './session/session-steps.ts'
