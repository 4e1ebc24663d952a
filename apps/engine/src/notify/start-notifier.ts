import type { SessionDirectory } from '../api/session-directory.ts'
import type { CommandContext } from '../cli/command-context.ts'
import type { Logger } from '../log/logger.ts'
import { processRedactor } from '../log/redactor.ts'
import { buildChannel, webAddress } from './build-channel.ts'
import { startHeartbeat } from './heartbeat.ts'
import type { Message } from './message.ts'
import { Notifier, type Route } from './notifier.ts'
import { secretLookup } from './secret-lookup.ts'
import { watchSessions } from './watch-sessions.ts'

const REPEAT_MINUTES = 15
const MOST_PER_HOUR = 60
const HEARTBEAT_SECONDS = 60
/** What is on its way at the end may take this long. */
const CLOSE_MS = 5_000

export interface RunningNotifier {
  notify(message: Message): void
  close(): Promise<void>
}

/**
 * Starts channels and heartbeat as the settings say; without any it does nothing.
 *
 * @throws UsageError where a channel cannot be used or its secret is missing: better now than when it is needed
 */
export async function startNotifier(
  context: CommandContext,
  directory: SessionDirectory,
  logger: Logger,
): Promise<RunningNotifier> {
  const settings = context.settings.notify ?? {}
  const secret = secretLookup(context)
  const routes: Route[] = []
  for (const [name, channel] of Object.entries(settings.channels ?? {})) {
    if (channel.isEnabled === false) continue
    routes.push({ channel: await buildChannel(name, channel, secret), severity: channel.severity ?? 'warning' })
  }
  const notifier = new Notifier({
    routes,
    clock: context.clock,
    logger,
    redactor: processRedactor,
    repeatMs: (settings.repeatMinutes ?? REPEAT_MINUTES) * 60_000,
    mostPerHour: settings.mostPerHour ?? MOST_PER_HOUR,
  })
  const unwatch = watchSessions(directory, (message) => notifier.notify(message))
  const endHeartbeat =
    settings.heartbeatUrl === undefined
      ? undefined
      : startHeartbeat({
          url: webAddress('heartbeat', await secret(settings.heartbeatUrl)),
          everyMs: (settings.heartbeatSeconds ?? HEARTBEAT_SECONDS) * 1000,
          logger,
          isWell: async () => await areWell(directory),
        })
  return {
    notify: (message) => notifier.notify(message),
    async close() {
      unwatch()
      await endHeartbeat?.()
      await notifier.close(CLOSE_MS)
    },
  }
}

/** No session has failed. */
async function areWell(directory: SessionDirectory): Promise<boolean> {
  const sessions = await Promise.all((await directory.list()).map(async (handle) => await handle.session()))
  return sessions.every(({ state }) => state !== 'failed')
}
