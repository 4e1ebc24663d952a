import { isoTime } from '@kestrel/core'
import { clipGaps, keyText, openLake } from '@kestrel/data'
import type { CommandContext } from '../cli/command-context.ts'
import type { CommandResult } from '../cli/command-result.ts'
import { countText, decimalText } from '../cli/output/numbers.ts'
import { tableText } from '../cli/output/table.ts'
import { timeWindow } from '../cli/parse-time.ts'
import type { DataWindowFlags } from '../commands/data.ts'
import { selectDatasets } from '../lake-access/select-datasets.ts'

/** Lines shown to people; scripts get all of them. */
const SHOWN = 200

/** The ledger of the datasets: what is missing, repeated, out of order, repaired or synthetic. */
export async function listGaps(
  context: CommandContext,
  instruments: readonly string[],
  flags: DataWindowFlags,
): Promise<CommandResult> {
  const { fromMs, toMs } = timeWindow(flags)
  const lake = openLake(context.dataDir)
  const records = await selectDatasets(lake, instruments, flags)
  const gaps = records.flatMap((record) =>
    clipGaps(record.ledger, fromMs ?? -Infinity, toMs ?? Infinity, record.key).map((entry) => ({
      dataset: keyText(record.key),
      instrument: record.key.instrument,
      kind: entry.kind,
      from: isoTime(entry.fromMs),
      to: isoTime(entry.toMs),
      count: entry.count,
      reason: entry.reason,
      source: entry.source,
    })),
  )
  const missing = gaps.filter(({ kind }) => kind === 'missing')
  const bars = missing.reduce((sum, { count }) => sum + count, 0)
  const summary = `${countText(bars, 'bar')} ${bars === 1 ? 'is' : 'are'} missing in ${countText(missing.length, 'gap')}; ${countText(gaps.length, 'entry', 'entries')} in all. Ends are exclusive.`
  const table = tableText(
    [
      { title: 'dataset' },
      { title: 'kind' },
      { title: 'from' },
      { title: 'to' },
      { title: 'rows', align: 'right' },
      { title: 'reason' },
    ],
    gaps
      .slice(0, SHOWN)
      .map(({ dataset, kind, from, to, count, reason }) => [dataset, kind, from, to, decimalText(count), reason]),
  )
  const more = gaps.length > SHOWN ? `\n... and ${gaps.length - SHOWN} more; all of them with --ndjson.` : ''
  return {
    document: { dataDir: context.dataDir, missingBars: bars, gaps },
    rows: gaps,
    text: gaps.length === 0 ? 'No gaps.' : `${table}${more}\n\n${summary}`,
  }
}
