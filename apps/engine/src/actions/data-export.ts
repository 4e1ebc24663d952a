import { resolve } from 'node:path'
import { type DataKind, type DatasetKey, openLake } from '@kestrel/data'
import type { CommandContext } from '../cli/command-context.ts'
import type { CommandResult } from '../cli/command-result.ts'
import { bytesText, decimalText } from '../cli/output/numbers.ts'
import { timeWindow } from '../cli/parse-time.ts'
import type { DataExportFlags } from '../commands/data.ts'
import { mayReplace } from '../output-file/may-replace.ts'

/** Writes a dataset, or a window of it, to one file. */
export async function exportData(
  context: CommandContext,
  _args: readonly string[],
  flags: DataExportFlags,
): Promise<CommandResult> {
  const { fromMs, toMs } = timeWindow(flags)
  const lake = openLake(context.dataDir)
  const key: DatasetKey = {
    instrument: flags.instrument,
    kind: (flags.kind ?? 'bars') as DataKind,
    timeframe: flags.timeframe,
    name: flags.name,
  }
  const target = resolve(context.cwd, flags.output)
  await mayReplace(context, target)
  const report = await lake.export(key, target, { fromMs, toMs, format: flags.format })
  return {
    document: { export: report },
    rows: [report],
    text: `${decimalText(report.rows)} rows, ${bytesText(report.bytes)}, written to ${report.path}`,
  }
}
