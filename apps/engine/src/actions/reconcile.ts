import { type Difference, differenceTable, RECONCILE_RULES } from '@kestrel/live'
import { KestrelError } from '@kestrel/core'
import { ccxtMarketFeed } from '@kestrel/venues'
import type { CommandContext } from '../cli/command-context.ts'
import type { CommandResult } from '../cli/command-result.ts'
import { holdAccount } from '../session/hold-account.ts'
import { type OpenedSession, openSession } from '../session/open-session.ts'
import { readDescriptor } from '../session/session-descriptor.ts'
import { sessionGateway } from '../session/session-gateway.ts'

/** Compares the account of a live session with its books. */
export async function reconcile(context: CommandContext, [id = '']: readonly string[]): Promise<CommandResult> {
  const descriptor = readDescriptor(context, id)
  if (descriptor.mode === 'paper') {
    throw new KestrelError({ code: 'SESSION_PAPER', message: `${id} is on paper: it has no account to compare with.` })
  }
  const { venue, product } = descriptor
  const gateway = await sessionGateway(context, descriptor)
  const feed = await ccxtMarketFeed({ venue, baseUrl: context.settings.venues?.[venue]?.baseUrl, products: [product] })
  let differences: readonly Difference[] = []
  const open = async (): Promise<OpenedSession> =>
    openSession(context, descriptor, {
      lock: await holdAccount(context, descriptor, gateway),
      feed,
      gateway,
      rules: RECONCILE_RULES,
      listener: (event) => {
        if (event.kind === 'differences') differences = event.differences
      },
    })
  const opened = await open().catch(async (error: unknown) => {
    await feed.close()
    await gateway.close()
    throw error
  })
  await opened.session.suspend()
  await opened.close()
  const text = differences.length === 0 ? `${id}: the account is what the books say.` : differenceTable(differences)
  return { document: { id, differences }, rows: differences, text }
}
