import { copyFile, stat } from 'node:fs/promises'
import { extname, join, resolve } from 'node:path'
import { UsageError } from '@kestrel/core'
import { readParquetColumns } from '@kestrel/data'
import type { CommandContext } from '../cli/command-context.ts'
import type { CommandResult } from '../cli/command-result.ts'
import { bytesText } from '../cli/output/numbers.ts'
import type { RunsExportFlags } from '../commands/runs.ts'
import { mayReplace } from '../output-file/may-replace.ts'
import { writeOutputFile } from '../output-file/write-output-files.ts'
import { writeCsv } from '../run-folder/csv-file.ts'
import { findRun } from '../run-folder/find-runs.ts'

/** Columns that hold epoch milliseconds, in any table of a run. */
const TIMES = ['open_date', 'close_date', 'time_ms', 'created_time_ms', 'closed_time_ms']

/** Copies a table of a run to a CSV or Parquet file. */
export async function exportRun(
  context: CommandContext,
  [word = '']: readonly string[],
  { output, what }: RunsExportFlags,
): Promise<CommandResult> {
  const run = await findRun(context, word)
  const target = resolve(context.cwd, output)
  const source = join(run.folder, `${what}.parquet`)
  const ending = extname(target)
  await mayReplace(context, target)
  if (ending === '.parquet') await writeOutputFile(target, (temporary) => copyFile(source, temporary))
  else if (ending === '.csv') {
    const columns = await readParquetColumns(source)
    await writeOutputFile(target, (temporary) => writeCsv(temporary, columns, TIMES))
  } else {
    throw new UsageError({
      code: 'DATA_EXPORT_FORMAT',
      message: `The ending of ${output} names no format. Nothing was written.`,
      hint: 'Use .csv or .parquet.',
      meta: { output },
    })
  }
  const { size } = await stat(target)
  return {
    document: { export: { runId: run.id, what, path: target, bytes: size } },
    text: `${what} of ${run.id}, ${bytesText(size)}, written to ${target}`,
  }
}
