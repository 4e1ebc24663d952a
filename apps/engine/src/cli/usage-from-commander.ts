import { UsageError } from '@kestrel/core'
import type { CommanderError } from 'commander'
import { COMMANDS } from './command-list.ts'

/** What commander found wrong with the arguments, in our form: message, suggestion, where to read on. */
export function usageFromCommander(error: CommanderError, words: readonly string[]): UsageError {
  const [first = '', ...rest] = error.message.replace(/^error: /, '').split('\n')
  const suggestion = /\(Did you mean (.+?)\?\)/.exec(rest.join(' '))?.[1]
  const message = `${first.charAt(0).toUpperCase()}${first.slice(1)}`.replaceAll("'", '"')
  const command = COMMANDS.find(({ name }) => words.includes(name))
  const more = `See: kestrel ${command === undefined ? '' : `${command.name} `}--help`
  return new UsageError({
    code: 'CLI_USAGE',
    message: message.endsWith('.') ? message : `${message}.`,
    hint: suggestion === undefined ? more : `Did you mean ${suggestion.replace(/^one of /, '')}? ${more}`,
    meta: { reason: error.code },
  })
}
