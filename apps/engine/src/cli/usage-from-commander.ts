import { UsageError } from '@kestrel/core'
import type { CommanderError } from 'commander'

/**
 * What commander found wrong with the arguments, in our form: message, suggestion, where to read on.
 *
 * @param path - Names of the command that it found it in: `['data', 'export']`; empty for the program itself.
 */
export function usageFromCommander(error: CommanderError, path: readonly string[]): UsageError {
  // A command that only groups others, called without one of them.
  if (error.code === 'commander.help') {
    const name = ['kestrel', ...path].join(' ')
    return new UsageError({
      code: 'CLI_USAGE',
      message: `${name} needs a word behind it that says what to do.`,
      hint: `See: ${name} --help`,
      meta: { reason: error.code },
    })
  }
  const [first = '', ...rest] = error.message.replace(/^error: /, '').split('\n')
  const suggestion = /\(Did you mean (.+?)\?\)/.exec(rest.join(' '))?.[1]
  const message = `${first.charAt(0).toUpperCase()}${first.slice(1)}`.replaceAll("'", '"')
  const more = `See: ${['kestrel', ...path, '--help'].join(' ')}`
  return new UsageError({
    code: 'CLI_USAGE',
    message: message.endsWith('.') ? message : `${message}.`,
    hint: suggestion === undefined ? more : `Did you mean ${suggestion.replace(/^one of /, '')}? ${more}`,
    meta: { reason: error.code },
  })
}
