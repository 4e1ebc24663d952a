import { keyText, openLake, type VerifyReport } from '@kestrel/data'
import { DetailedError } from '../cli/command-error.ts'
import type { CommandContext } from '../cli/command-context.ts'
import type { CommandResult } from '../cli/command-result.ts'
import { decimalText } from '../cli/output/numbers.ts'
import { type Style, styleOf } from '../cli/output/style.ts'
import { tableText } from '../cli/output/table.ts'
import type { DataSelectFlags } from '../commands/data.ts'
import { selectDatasets } from '../lake-access/select-datasets.ts'

/**
 * Reads every file of the datasets again and compares it with the catalog.
 *
 * @throws DetailedError `DATA_VERIFY_FAILED`, exit code 3.
 */
export async function verifyData(
  context: CommandContext,
  instruments: readonly string[],
  flags: DataSelectFlags,
): Promise<CommandResult> {
  const lake = openLake(context.dataDir)
  const records = await selectDatasets(lake, instruments, flags)
  const reports: VerifyReport[] = []
  for (const { key } of records) {
    context.progress.update({ name: `verify ${keyText(key)}`, total: 0, unit: 'rows', watched: false }, 0)
    reports.push(await lake.verify(key))
  }
  context.progress.clear()
  const rows = reports.map((report) => ({ dataset: keyText(report.key), ...report }))
  const bad = reports.filter(({ ok }) => !ok)
  if (bad.length === 0) {
    const text = reports.length === 0 ? 'The lake is empty.' : verifyText(reports, context.style)
    return { document: { dataDir: context.dataDir, ok: true, datasets: rows }, rows, text }
  }
  const problems = bad.flatMap(({ key, problems: found }) => found.map(({ message }) => `${keyText(key)}: ${message}`))
  throw new DetailedError({
    name: 'DataError',
    code: 'DATA_VERIFY_FAILED',
    message: `${bad.length} of ${reports.length} datasets are not what the catalog states: ${problems[0] ?? ''}${problems.length > 1 ? ` And ${problems.length - 1} more.` : ''} Nothing was changed.`,
    hint: 'Import the data again with --on-conflict replace, or delete the folder of the dataset and import it anew.',
    meta: { datasets: rows },
    detail: verifyText(reports, styleOf(context.terminal.colorStderr)),
  })
}

function verifyText(reports: readonly VerifyReport[], style: Style): string {
  const right = { align: 'right' } as const
  const table = tableText(
    [
      { title: 'dataset' },
      { title: 'rows', ...right },
      { title: 'files', ...right },
      { title: 'gaps', ...right },
      { title: 'missing', ...right },
      { title: 'result' },
    ],
    reports.map((report) => [
      keyText(report.key),
      decimalText(report.rows),
      decimalText(report.filesRead),
      decimalText(report.missing.runs),
      decimalText(report.missing.rows),
      report.ok ? style.good('ok') : style.bad('PROBLEM'),
    ]),
  )
  const problems = reports.flatMap(({ key, problems: found }) =>
    found.map(({ code, message }) => `${keyText(key)}  ${code}  ${message}`),
  )
  const lists = reports.some(({ missing }) => missing.rows > 0) ? ['', 'List the gaps: kestrel data gaps'] : []
  return [table, ...(problems.length === 0 ? [] : ['', ...problems]), ...lists].join('\n')
}
