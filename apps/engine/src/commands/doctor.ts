import type { Command } from 'commander'
import { runs } from '../cli/define-action.ts'

export function declareDoctor(program: Command): Command {
  const command = program
    .command('doctor')
    .summary('look at this machine and say how to fix what is amiss')
    .description('Looks at versions, memory, disk, write access, clock, lake and Redis; each with a way to fix it.')
    .addHelpText('after', '\nExamples:\n  $ kestrel doctor\n  $ kestrel doctor --json')
  return runs<object>(command, async () => (await import('../actions/doctor.ts')).doctor)
}
