import { type Instrument, isoTime, KestrelError } from '@kestrel/core'
import { journalledSpot, readJournalCopy, SessionJournal, type SpotBooks } from '@kestrel/live'
import type { SessionFolder } from './session-descriptor.ts'
import { readStatus } from './session-status.ts'

/** Coins of a session, and what is not known of them. */
interface HeldSpot extends SpotBooks {
  /** Undefined where its journal says all. */
  readonly doubt: string | undefined
}

/**
 * What a session bought on spot: from its journal, also where the session hangs and holds it. A journal that cannot be read
 * leaves the status, which does not know what orders filled since, and then nobody may say that all was sold.
 */
export function heldSpot({ journal, status }: SessionFolder, instruments: readonly Instrument[]): HeldSpot {
  let problem: string
  try {
    const books = readJournalCopy(journal, (copy) => {
      const session = new SessionJournal(copy)
      if (session.start() !== undefined) return journalledSpot(session, instruments)
      throw new KestrelError({ code: 'SESSION_DAMAGED', message: `The journal ${journal} is empty.` })
    })
    return { ...books, doubt: undefined }
  } catch (error) {
    problem = textOf(error)
  }
  try {
    const last = readStatus(status)
    if (last === undefined)
      return { held: {}, open: [], doubt: `which coins are the session's is not known. ${problem}` }
    const held: Record<string, number> = {}
    for (const { instrument, quantity } of last.positions) held[instrument] = (held[instrument] ?? 0) + quantity
    return { held, open: [], doubt: `what was bought after ${isoTime(last.writtenMs)} is not known. ${problem}` }
  } catch (error) {
    return { held: {}, open: [], doubt: `which coins are the session's is not known. ${problem} ${textOf(error)}` }
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
