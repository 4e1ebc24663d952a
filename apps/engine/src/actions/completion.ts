import { UsageError } from '@kestrel/core'
import type { Command } from 'commander'
import { didYouMean } from '../cli/nearest.ts'
import type { CommandResult } from '../cli/command-result.ts'

/** Words that may follow a command path: `''` for the program, `data`, `data import`. */
type Words = ReadonlyMap<string, { readonly verbs: readonly string[]; readonly flags: readonly string[] }>

/** A completion script for a shell, made from the declared commands of the program. */
export function completion(program: Command, [shell = '']: readonly string[]): CommandResult {
  const writers: Readonly<Record<string, (words: Words) => string>> = {
    bash: bashScript,
    zsh: zshScript,
    fish: fishScript,
  }
  const write = Object.hasOwn(writers, shell) ? writers[shell] : undefined
  if (write === undefined) {
    const shells = Object.keys(writers)
    throw new UsageError({
      code: 'CLI_SHELL',
      message: `There is no completion for "${shell}".`,
      hint: didYouMean(shell, shells) ?? `Shells: ${shells.join(', ')}.`,
    })
  }
  const script = write(wordsOf(program))
  return { document: { shell, script }, text: script }
}

function wordsOf(program: Command): Words {
  const common = flagsOf(program)
  const words = new Map<string, { verbs: string[]; flags: string[] }>()
  const visit = (command: Command, path: string): void => {
    const verbs = command.commands.map((each) => each.name())
    words.set(path, { verbs, flags: [...new Set([...flagsOf(command), ...common, '--help'])] })
    for (const sub of command.commands) visit(sub, path === '' ? sub.name() : `${path} ${sub.name()}`)
  }
  visit(program, '')
  return words
}

function flagsOf(command: Command): string[] {
  return command.options.flatMap(({ long }) => (long === undefined || long === null ? [] : [long]))
}

function bashScript(words: Words): string {
  const cases = [...words].map(
    ([path, { verbs, flags }]) => `    "${path}") verbs="${verbs.join(' ')}"; flags="${flags.join(' ')}" ;;`,
  )
  return `# kestrel completion for bash
_kestrel() {
  local current="\${COMP_WORDS[COMP_CWORD]}" path="" verbs="" flags="" word i
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="\${COMP_WORDS[i]}"
    case "$word" in -*) continue ;; esac
    case "\${path:+$path }$word" in
      ${[...words.keys()]
        .filter((path) => path !== '')
        .map((path) => `"${path}"`)
        .join('|')}) path="\${path:+$path }$word" ;;
    esac
  done
  case "$path" in
${cases.join('\n')}
  esac
  if [[ "$current" == -* ]]; then
    COMPREPLY=($(compgen -W "$flags" -- "$current"))
  else
    COMPREPLY=($(compgen -W "$verbs" -- "$current") $(compgen -f -- "$current"))
  fi
}
complete -o filenames -F _kestrel kestrel`
}

function zshScript(words: Words): string {
  return `#compdef kestrel
autoload -U +X bashcompinit && bashcompinit
${bashScript(words)}`
}

function fishScript(words: Words): string {
  const lines = ['# kestrel completion for fish', 'complete -c kestrel -f']
  for (const [path, { verbs, flags }] of words) {
    const parts = path.split(' ').filter((part) => part !== '')
    const seen = parts.map((part) => `__fish_seen_subcommand_from ${part}`).join('; and ')
    const condition = path === '' ? '__fish_use_subcommand' : seen
    if (verbs.length > 0) lines.push(`complete -c kestrel -n '${condition}' -a '${verbs.join(' ')}'`)
    for (const flag of flags) lines.push(`complete -c kestrel -n '${condition}' -l ${flag.slice(2)}`)
  }
  return lines.join('\n')
}
