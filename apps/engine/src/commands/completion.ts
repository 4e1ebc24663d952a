import type { Command } from 'commander'
import { runs } from '../cli/define-action.ts'

export function declareCompletion(program: Command): Command {
  const command = program
    .command('completion')
    .summary('completion script for bash, zsh or fish')
    .description('Prints a script that completes commands, verbs and flags.')
    .argument('<shell>', 'bash, zsh or fish')
    .addHelpText(
      'after',
      `
Examples:
  $ kestrel completion bash >> ~/.bashrc
  $ kestrel completion zsh > "\${fpath[1]}/_kestrel"
  $ kestrel completion fish > ~/.config/fish/completions/kestrel.fish`,
    )
  return runs<object>(command, async () => {
    const { completion } = await import('../actions/completion.ts')
    return (_context, args) => completion(program, args)
  })
}
