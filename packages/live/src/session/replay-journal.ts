import type { TimeMs } from '@kestrel/core'
import type { Holdings } from '../reconcile/account-books.ts'
import type { AccountComparison } from '../reconcile/account-comparison.ts'
import type { Replacement } from '../sending/order-link.ts'
import type { OrderSender } from '../sending/order-sender.ts'
import type { FundingIntake } from './funding-intake.ts'
import type { OutgoingActions } from './outgoing-actions.ts'
import type { SessionCore } from './session-core.ts'
import type { SessionJournal } from './session-journal.ts'
import type { SessionSteps } from './session-steps.ts'

/** What is brought to where it was. */
interface ReplayedParts {
  readonly core: SessionCore
  readonly steps: SessionSteps
  readonly outgoing: OutgoingActions
  readonly funding: FundingIntake
  readonly comparison: AccountComparison
  readonly sender: OrderSender
}

/**
 * Checks the journal of a session and plays it again, and takes up the orders that may be at a venue. Sends nothing.
 *
 * @returns When the journal ends; NaN for one in which nothing happened.
 * @throws KestrelError `LIVE_JOURNAL_DIVERGED` where the session comes to other actions than it did, `LIVE_JOURNAL` for a row
 *   that cannot be read, `LIVE_JOURNAL_BROKEN` for one that is not what was written.
 */
export function replayJournal(
  journal: SessionJournal,
  { core, steps, outgoing, funding, comparison, sender }: ReplayedParts,
): TimeMs {
  let leftMs: TimeMs = Number.NaN
  // An order that went out again has names after those that it had before: they are taken up in their order.
  const replacements = journal.numberedNotes('replaced')
  let next = replacements.next()
  const replaceUntil = (seq: number): void => {
    for (; next.done !== true && next.value.seq < seq; next = replacements.next()) {
      const { note } = next.value
      sender.restoreReplacement(note['orderId'] as number, note as unknown as Replacement)
    }
  }
  for (const step of journal.verifiedSteps()) {
    replaceUntil(step.seq)
    const { timeMs, input, actions } = step
    leftMs = timeMs
    if (input.kind !== 'end') {
      core.actions.replay(actions)
      core.apply(input)
      core.actions.endReplay()
    }
    outgoing.restore(step)
    if (input.kind === 'funding') funding.restore(input)
  }
  for (const { venue, holdings } of journal.notes('baseline')) comparison.restore(venue as string, holdings as Holdings)
  replaceUntil(Infinity)
  for (const { orderId, revision } of journal.notes('replacing')) {
    sender.restoreReplacing(orderId as number, revision as number)
  }
  steps.skipFills()
  return leftMs
}
