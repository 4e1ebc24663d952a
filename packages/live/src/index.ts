export { AccountLock } from './journal/account-lock.ts'
export { Journal, type JournalEntry } from './journal/journal.ts'
