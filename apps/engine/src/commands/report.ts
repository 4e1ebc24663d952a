import type { Command } from 'commander'
import { runs } from '../cli/define-action.ts'

export interface ReportFlags {
  readonly output?: string
  readonly open?: boolean
}

export function declareReport(program: Command): Command {
  const command = program
    .command('report')
    .summary('where the report of a run is')
    .description('Prints where the report of a run is, copies it, or opens it. The report was written with the run.')
    .argument('<run>', 'id, start of an id, run folder, or last')
    .option('-o, --output <file>', 'copy the report to this file')
    .option('--open', 'open it in the browser')
    .addHelpText(
      'after',
      '\nExamples:\n  $ kestrel report last\n  $ kestrel report last -o report.html\n  $ kestrel report last --open\n  $ kestrel report runs/renamed',
    )
  return runs<ReportFlags>(command, async () => (await import('../actions/report.ts')).report)
}
