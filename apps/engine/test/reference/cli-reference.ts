import type { EventEmitter } from 'node:events'
import type { Command } from 'commander'
import { Help } from 'commander'

const HEADER = `# Command line reference

Made from the commands themselves; a test fails when it is out of date. Rewrite it with
\`npm test -- apps/engine/test/reference -u\`.

stdout carries data only; progress, notes and errors go to stderr. \`--json\` prints one document. Exit codes: 0 ok,
1 failure, 2 usage or settings, 3 data missing or gap, 4 exchange, authentication or network, 5 risk limit, 6 validation
rejected the strategy, 130 interrupted.
`

/** The reference of a program and all of its commands, as Markdown. */
export function cliReference(program: Command): string {
  const sections = [flags(program, '## Flags of every command'), ...commandsOf(program).map(section)]
  return `${HEADER}\n${sections.join('\n')}`
}

/** Every command that does something, depth first, in the order of the help. */
function commandsOf(command: Command): readonly Command[] {
  return command.commands.flatMap((sub) => (sub.commands.length > 0 ? commandsOf(sub) : [sub]))
}

function section(command: Command): string {
  const help = new Help()
  const usage = help.commandUsage(command).replace(' [options]', ' [flags]')
  const parameters = help
    .visibleArguments(command)
    .map((each) => `- \`${each.name()}\`: ${help.argumentDescription(each)}`)
  return [
    `## ${usage.split(' [')[0]?.split(' <')[0] ?? ''}`,
    `${sentence(help.commandDescription(command))}\n`,
    `\`\`\`\n${usage}\n\`\`\`\n`,
    ...(parameters.length === 0 ? [] : [`${parameters.join('\n')}\n`]),
    flags(command, ''),
    examplesOf(command),
  ]
    .filter((part) => part !== '')
    .join('\n')
}

function flags(command: Command, title: string): string {
  const help = new Help()
  const rows = help
    .visibleOptions(command)
    .filter((option) => option.long !== '--help')
    .map(
      (option) =>
        `| \`${help.optionTerm(option).replaceAll('|', String.raw`\|`)}\` | ${cell(help.optionDescription(option))} |`,
    )
  if (rows.length === 0) return ''
  return `${title === '' ? '' : `${title}\n\n`}| flag | meaning |\n|---|---|\n${rows.join('\n')}\n`
}

/** The examples that a command adds to its help, which commander keeps as listeners of its output. */
function examplesOf(command: Command): string {
  let text = ''
  const output = command as unknown as Pick<EventEmitter, 'emit'>
  output.emit('afterHelp', { error: false, command, write: (part: string) => void (text += part) })
  const examples = text
    .split('\n')
    .filter((line) => line.trim().startsWith('$ '))
    .map((line) => line.trim().slice(2))
  return examples.length === 0 ? '' : `\`\`\`sh\n${examples.join('\n')}\n\`\`\`\n`
}

function cell(text: string): string {
  return text.replaceAll('|', String.raw`\|`).replaceAll('<', '&lt;')
}

function sentence(text: string): string {
  const trimmed = text.trim()
  return `${trimmed.charAt(0).toUpperCase()}${trimmed.slice(1)}${trimmed.endsWith('.') ? '' : '.'}`
}
