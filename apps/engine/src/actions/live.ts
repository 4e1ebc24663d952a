import { UsageError } from '@kestrel/core'
import { RECONCILE_RULES } from '@kestrel/live'
import type { CommandContext } from '../cli/command-context.ts'
import type { CommandResult } from '../cli/command-result.ts'
import type { SessionFlags } from '../commands/session-flags.ts'
import { instrumentsOf, venueOf } from '../session/describe-session.ts'
import { retryStart } from '../session/retry-start.ts'
import { runSession } from '../session/run-session.ts'
import { sessionGateway } from '../session/session-gateway.ts'

/** Runs a strategy with real money, where flag, settings and key all say so. */
export async function live(
  context: CommandContext,
  [strategy = '']: readonly string[],
  flags: SessionFlags,
): Promise<CommandResult> {
  if (flags.live !== true) throw notLive('the flag --live is missing', 'Add --live, or run it on paper: kestrel paper')
  if (context.settings.mode !== 'live') {
    throw notLive('the settings do not say so', 'Write "mode": "live" into the settings file of the project.')
  }
  const place = venueOf(instrumentsOf(context, flags))
  const account = {
    ...place,
    key: flags.key,
    sandbox: flags.sandbox === true,
    margin: flags.margin ?? context.settings.backtest?.margin,
  }
  const gateway = await retryStart(context, async () => sessionGateway(context, account))
  return runSession(context, 'live', strategy, flags, gateway, {
    ...RECONCILE_RULES,
    foreignOrders: flags.foreignOrders ?? 'refuse',
    positions: flags.adoptPositions === true ? 'adopt' : 'refuse',
    balances: flags.adoptBalances === true ? 'adopt' : 'refuse',
  })
}

function notLive(why: string, hint: string): UsageError {
  return new UsageError({
    code: 'SESSION_NOT_LIVE',
    message: `Real money is not traded: ${why}. Nothing was sent.`,
    hint,
  })
}
