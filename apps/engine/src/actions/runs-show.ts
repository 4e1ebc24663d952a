import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { CommandContext } from '../cli/command-context.ts'
import type { CommandResult } from '../cli/command-result.ts'
import { tableText } from '../cli/output/table.ts'
import { findRun } from '../run-folder/find-runs.ts'
import { metricRow } from '../run-folder/metric-text.ts'

/** One run: what was run, its metrics, its hashes, its files. */
export async function showRun(context: CommandContext, [word = '']: readonly string[]): Promise<CommandResult> {
  const run = await findRun(context, word)
  const { metrics: m, manifest } = run
  const { style } = context
  const facts = [
    ['started', manifest.startedAt],
    ['strategy', m.strategy],
    [
      'parameters',
      Object.entries(m.params)
        .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
        .join(' '),
    ],
    ['market', `${m.instruments.join(', ')} ${m.timeframe}${m.synthetic ? ' SYNTHETIC' : ''}`],
    ['window', `${m.from} to ${m.to} (exclusive)`],
    ['seed', String(m.seed)],
    ...Object.entries(m.hashes).map(([name, hash]) => [`${name} hash`, hash]),
    ['folder', run.folder],
  ]
  const rows = Object.entries(m.metrics).map(([name, value]) => [name, metricRow(name, value, m.basis.currency)])
  const report = join(run.folder, 'report.html')
  const text = [
    style.bold(run.id),
    facts.map(([name = '', value = '']) => `${style.dim(name.padEnd(12))}${value}`).join('\n'),
    tableText([{ title: 'metric' }, { title: 'value', align: 'right' }], rows),
    ...(existsSync(report) ? [`${style.dim('Report')}  ${report}`] : []),
  ].join('\n\n')
  return { document: { run: { ...run.manifest, ...run.metrics, runDir: run.folder } }, text }
}
