import { type Clock, KestrelError } from '@kestrel/core'
import { z } from 'zod'
import type { Journal } from '../journal/journal.ts'
import { AccountRisk } from './account-risk.ts'
import type { AccountLimits } from './risk-limits.ts'
import { NEW_RISK_MEMORY, type RiskMemory, writtenRiskSchema } from './risk-memory.ts'

/** Kind of the rows that keep it, each the whole of it. */
const KIND = 'note:risk'
/** Name under which journals of before kept it, beside their rows. */
const OLD_KEY = 'risk'

/**
 * Limits that keep what must survive a restart in the journal of their session, in the transaction of the orders that they
 * judge. It is written as rows of the chain, so that a change from outside shows.
 *
 * @throws KestrelError `LIVE_JOURNAL` where the journal holds something that cannot be read.
 */
export function journalledRisk(limits: AccountLimits, journal: Journal, clock: Clock): AccountRisk {
  const keep = (memory: RiskMemory): void => void journal.append(clock.nowMs(), KIND, memory)
  const row = journal.last(KIND)
  const old = row === undefined ? journal.get(OLD_KEY) : undefined
  const text = row?.body ?? old
  const memory = text === undefined ? undefined : readMemory(text, journal)
  // From here on the row counts, whatever stands beside it.
  if (old !== undefined && memory !== undefined) keep(memory)
  return new AccountRisk(limits, memory, keep)
}

function readMemory(text: string, { path }: Journal): RiskMemory {
  try {
    // JSON has no infinity: what is null has not been counted yet, what is absent was not counted by an older version.
    const known = Object.entries(z.record(z.string(), z.unknown()).parse(JSON.parse(text))).filter(
      ([, value]) => value !== null,
    )
    const written = writtenRiskSchema.parse(Object.fromEntries(known))
    return { ...NEW_RISK_MEMORY, ...(written as Partial<RiskMemory>) }
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
