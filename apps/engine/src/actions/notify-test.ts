import { KestrelError, UsageError } from '@kestrel/core'
import type { CommandContext } from '../cli/command-context.ts'
import type { CommandResult } from '../cli/command-result.ts'
import { DetailedError } from '../cli/command-error.ts'
import { tableText } from '../cli/output/table.ts'
import type { ChannelSettings } from '../config/notify-settings-schema.ts'
import { processRedactor } from '../log/redactor.ts'
import { buildChannel } from '../notify/build-channel.ts'
import { secretLookup } from '../notify/secret-lookup.ts'

/** Sends one message through each channel, whatever its severity and whether it is enabled. */
export async function testChannels(context: CommandContext, [only]: readonly string[]): Promise<CommandResult> {
  const all = context.settings.notify?.channels ?? {}
  const names = Object.keys(all)
  if (only !== undefined && all[only] === undefined) throw unknownChannel(only, names)
  if (names.length === 0) throw unknownChannel(undefined, names)
  const rows: { channel: string; kind: string; isSent: boolean; detail: string }[] = []
  for (const name of only === undefined ? names : [only]) {
    const settings = all[name]
    if (settings !== undefined)
      rows.push({ channel: name, kind: settings.kind, ...(await trySend(context, name, settings)) })
  }
  const text = tableText(
    [{ title: 'channel' }, { title: 'kind' }, { title: 'sent' }, { title: '' }],
    rows.map((row) => [row.channel, row.kind, row.isSent ? 'yes' : 'NO', row.detail]),
  )
  const failed = rows.filter(({ isSent }) => !isSent)
  if (failed.length === 0) return { document: { channels: rows }, rows, text }
  throw new DetailedError({
    name: 'VenueError',
    code: 'NOTIFY_FAILED',
    message: `${failed.map(({ channel }) => channel).join(', ')} did not take the message.`,
    detail: text,
    meta: { channels: rows },
    retry: 'safe',
  })
}

async function trySend(
  context: CommandContext,
  name: string,
  settings: ChannelSettings,
): Promise<{ readonly isSent: boolean; readonly detail: string }> {
  try {
    const channel = await buildChannel(name, settings, secretLookup(context))
    await channel.send({
      severity: 'info',
      code: 'NOTIFY_TEST',
      text: 'This is a test. Messages of Kestrel arrive here.',
      sessionId: undefined,
      timeMs: context.clock.nowMs(),
    })
    return { isSent: true, detail: '' }
  } catch (error) {
    if (!KestrelError.isInstance(error)) throw error
    return { isSent: false, detail: processRedactor.text(error.message) }
  }
}

function unknownChannel(name: string | undefined, known: readonly string[]): UsageError {
  return new UsageError({
    code: 'NOTIFY_CHANNEL',
    message: name === undefined ? 'The settings name no channel.' : `The settings name no channel ${name}.`,
    hint:
      known.length === 0
        ? 'Set them under notify.channels; docs/operations.md shows how.'
        : `There are: ${known.join(', ')}.`,
  })
}
