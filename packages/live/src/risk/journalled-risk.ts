import { KestrelError } from '@kestrel/core'
import type { Journal } from '../journal/journal.ts'
import { AccountRisk } from './account-risk.ts'
import type { AccountLimits } from './risk-limits.ts'
import { NEW_RISK_MEMORY, type RiskMemory } from './risk-memory.ts'

/** Name under which the journal keeps it. */
const KEY = 'risk'

/**
 * Limits that keep what must survive a restart in the journal of their session, in the transaction of the orders that they
 * judge.
 *
 * @throws KestrelError `LIVE_JOURNAL` where the journal holds something that cannot be read.
 */
export function journalledRisk(limits: AccountLimits, journal: Journal): AccountRisk {
  const text = journal.get(KEY)
  const memory = text === undefined ? undefined : readMemory(text, journal)
  return new AccountRisk(limits, memory, (next) => journal.put(KEY, JSON.stringify(next)))
}

function readMemory(text: string, { path }: Journal): RiskMemory {
  try {
    const written = JSON.parse(text) as Readonly<Record<string, unknown>>
    // JSON has no infinity: what is null has not been counted yet, what is absent was not counted by an older version.
    const known = Object.entries(written).filter(([, value]) => value !== null)
    return { ...NEW_RISK_MEMORY, ...(Object.fromEntries(known) as Partial<RiskMemory>) }
  } catch (cause) {
    throw new KestrelError({
      code: 'LIVE_JOURNAL',
      message: `What the limits of the account remember cannot be read from ${path}. Nothing was sent.`,
      hint: 'Start a new session: it reconciles with the venue first.',
      meta: { path },
      cause,
    })
  }
}
