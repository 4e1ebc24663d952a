import { createHash } from 'node:crypto'
import { accessSync, constants, mkdirSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { KestrelError } from '@kestrel/core'
import type { TradingGateway } from '@kestrel/kernel'
import { AccountLock } from '@kestrel/live'
import type { CommandContext } from '../cli/command-context.ts'
import { projectLocks, type SessionDescriptor } from './session-descriptor.ts'

/** An account that belongs to this process. */
export interface AccountHold {
  release(): void
}

/**
 * Takes the account of a session for this process: in the project, and, where it is a real one, for this user of the machine,
 * by the key and by the venue's own number of the account. So neither another project nor another key of the account gets in.
 *
 * @param gateway - Undefined on paper, where the account is the session's own.
 * @throws KestrelError `LIVE_ACCOUNT_HELD` where another process has it.
 */
export async function holdAccount(
  context: CommandContext,
  { id }: Pick<SessionDescriptor, 'id'>,
  gateway: TradingGateway | undefined,
): Promise<AccountHold> {
  const wanted =
    gateway === undefined
      ? [[projectLocks(context), `paper-${id}`] as const]
      : await locksOf(context, gateway, context.settings.venues?.[gateway.venue.toLowerCase()]?.baseUrl)
  const locks: AccountLock[] = []
  const release = (): void => {
    for (const lock of locks.splice(0)) lock.release()
  }
  try {
    for (const [folder, account] of wanted) {
      locks.push(new AccountLock(folder, account, `${id} (process ${process.pid}) of ${context.cwd}`))
    }
  } catch (error) {
    release()
    throw error
  }
  return { release }
}

async function locksOf(
  context: CommandContext,
  gateway: TradingGateway,
  baseUrl: string | undefined,
): Promise<(readonly [folder: string, account: string])[]> {
  const byKey = `${gateway.venue}-${gateway.accountId}`
  const own = await gateway.ownAccountId()
  // Each exchange of this machine is a venue of its own, though they all may know the same keys.
  const at = baseUrl === undefined ? '' : `-at-${createHash('sha256').update(baseUrl).digest('hex').slice(0, 12)}`
  const ofUser = userLocks(context)
  return [
    [projectLocks(context), byKey],
    [ofUser, `${byKey}${at}`],
    ...(own === undefined ? [] : [[ofUser, `${gateway.venue}-own-${own}${at}`] as const]),
  ]
}

/** Folder of the locks of this user, in whatever project. */
function userLocks({ env }: Pick<CommandContext, 'env'>): string {
  const { XDG_STATE_HOME: state } = env
  const home = homeFolder()
  const places = [
    ...(state !== undefined && isAbsolute(state) ? [join(state, 'kestrel', 'locks')] : []),
    ...(home === undefined ? [] : [join(home, '.local', 'state', 'kestrel', 'locks')]),
    join(tmpdir(), `kestrel-locks-${process.getuid?.() ?? 'user'}`),
  ]
  for (const path of places) {
    try {
      mkdirSync(path, { recursive: true, mode: 0o700 })
      accessSync(path, constants.W_OK)
      return path
    } catch {
      // A user without a home, or a file system that is read-only: the next place.
    }
  }
  throw new KestrelError({
    code: 'SESSION_LOCKS',
    message: `There is no folder for the locks of accounts: ${places.join(', ')} cannot be written. Nothing was sent.`,
    hint: 'Name one that can be written, the same for all sessions: XDG_STATE_HOME=/folder',
    meta: { places },
  })
}

/** From the list of users, since `sudo` may leave HOME as it was. Undefined for a user that is on none, as in containers. */
function homeFolder(): string | undefined {
  try {
    return userInfo().homedir
  } catch {
    return undefined
  }
}
