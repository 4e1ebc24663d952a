export { AccountLock } from './journal/account-lock.ts'
export { Journal, type JournalEntry } from './journal/journal.ts'
export { type Difference, differenceTable, RECONCILE_RULES, type ReconcileRules } from './reconcile/difference.ts'
export { type Holdings } from './reconcile/account-books.ts'
export { type BarFeed } from './session/bar-barrier.ts'
export { clientOrderId, readClientOrderId, sessionCode } from './session/client-order-id.ts'
export { LiveSession, type SessionState } from './session/live-session.ts'
export { type OrderAction } from './session/order-action.ts'
export { SENDER_TIMES, type SenderTimes } from './session/order-sender.ts'
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
