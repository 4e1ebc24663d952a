import { join } from 'node:path'
import { UsageError } from '@kestrel/core'
import type { ApiOptions } from '../api/api-options.ts'
import { startApi } from '../api/api-server.ts'
import type { CommandContext } from '../cli/command-context.ts'
import type { CommandResult } from '../cli/command-result.ts'
import { printResult } from '../cli/output/print-result.ts'
import { parseWhole } from '../cli/parse-number.ts'
import type { ServeFlags } from '../commands/serve.ts'
import { stateFolder } from '../config/state-folder.ts'
import { createLogger } from '../log/logger.ts'
import { processRedactor } from '../log/redactor.ts'
import { startNotifier } from '../notify/start-notifier.ts'
import { FolderDirectory } from '../session-api/folder-directory.ts'
import { accessFilePath } from './access.ts'

const PORT = 8380
const REQUESTS_PER_MINUTE = 600

/** Serves the API until SIGINT or SIGTERM, which is its ordinary end. */
export async function serve(
  context: CommandContext,
  _args: readonly string[],
  flags: ServeFlags,
): Promise<CommandResult> {
  const stop = stopSignal()
  const options = apiOptions(context, flags)
  using directory = new FolderDirectory(context, options.logger)
  const notifier = await startNotifier(context, directory, options.logger)
  const server = await startApi({ ...options, directory }).catch(async (error: unknown) => {
    await notifier.close()
    throw error
  })
  const { url, port } = server
  const document = { url, port, pid: process.pid }
  const text = `The API listens on ${url}. End it with Ctrl-C.`
  await printResult({ document, rows: [document], text }, 'serve', context.common)
  await stop
  await server.close()
  await notifier.close()
  return { document, text: '', isPrinted: true }
}

/** What settings and flags say about the API, for this command and for those that serve it beside a session. */
export function apiOptions(context: CommandContext, flags: ServeFlags): Omit<ApiOptions, 'directory'> {
  const { settings, clock, project, cwd, common } = context
  const { api } = settings
  return {
    clock,
    redactor: processRedactor,
    logger: createLogger({
      write: (line) => process.stderr.write(line),
      clock,
      redactor: processRedactor,
      level: common.quiet === true ? 'error' : common.verbose === true ? 'debug' : 'info',
    }),
    host: flags.host ?? api?.host ?? '127.0.0.1',
    port: flags.port === undefined ? (api?.port ?? PORT) : parsePort(flags.port),
    accessFile: accessFilePath(context),
    answersFile: join(stateFolder(project, cwd), 'api.sqlite'),
    allowedHosts: api?.allowedHosts ?? [],
    publicOrigin: api?.publicOrigin,
    requestsPerMinute: api?.requestsPerMinute ?? REQUESTS_PER_MINUTE,
  }
}

function parsePort(text: string): number {
  const port = parseWhole(text, '--port')
  if (port >= 0 && port <= 65_535) return port
  throw new UsageError({
    code: 'CLI_NUMBER',
    message: `--port ${text} is no port: they go from 0 to 65535.`,
    meta: { flag: '--port', text },
  })
}

/** Resolves at the first SIGINT or SIGTERM; the second one ends the process at once. */
async function stopSignal(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
  await promise
}
