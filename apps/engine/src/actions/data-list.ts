import { openLake } from '@kestrel/data'
import type { CommandContext } from '../cli/command-context.ts'
import type { CommandResult } from '../cli/command-result.ts'
import { decimalText } from '../cli/output/numbers.ts'
import type { Style } from '../cli/output/style.ts'
import { tableText } from '../cli/output/table.ts'
import type { DataSelectFlags } from '../commands/data.ts'
import { datasetSummary, type DatasetSummary } from '../lake-access/dataset-summary.ts'
import { selectDatasets } from '../lake-access/select-datasets.ts'

/** What the lake holds. */
export async function listData(
  context: CommandContext,
  args: readonly string[],
  flags: DataSelectFlags,
): Promise<CommandResult> {
  const lake = openLake(context.dataDir)
  const datasets = (await selectDatasets(lake, args, flags)).map(datasetSummary)
  const text =
    datasets.length === 0
      ? `The lake ${context.dataDir} is empty.\nImport data: kestrel data import FILE --instrument BTC-USDT.BINANCE --timeframe 1h`
      : `${datasetTable(datasets, context.style)}\n\n${context.style.dim(`Lake ${context.dataDir}. Times are UTC; ${endsText(datasets)}.`)}`
  return { document: { dataDir: context.dataDir, datasets }, rows: datasets, text }
}

/** What stands in the column "to": bars reach to a time, other rows happen at one. */
function endsText(datasets: readonly DatasetSummary[]): string {
  const hasBars = datasets.some(({ kind }) => kind === 'bars')
  const hasRows = datasets.some(({ kind }) => kind !== 'bars')
  if (!hasRows) return 'ends exclusive'
  return hasBars
    ? 'the end of bars is exclusive, that of all else is the time of the last row'
    : 'the end is the time of the last row'
}

/** One line a dataset. */
export function datasetTable(datasets: readonly DatasetSummary[], style: Style): string {
  const right = { align: 'right' } as const
  return tableText(
    [
      { title: 'dataset' },
      { title: 'rows', ...right },
      { title: 'from' },
      { title: 'to' },
      { title: 'missing', ...right },
      { title: '' },
    ],
    datasets.map((each) => [
      each.dataset,
      decimalText(each.rows),
      shortTime(each.from),
      shortTime(each.to),
      each.missingBars === 0 ? '' : decimalText(each.missingBars),
      [each.synthetic ? style.warn('SYNTHETIC') : '', each.sparse ? 'sparse' : '']
        .filter((word) => word !== '')
        .join(' '),
    ]),
  )
}

/** `2024-01-01` or `2024-01-01 04:00`. */
function shortTime(iso: string): string {
  const [day = '', time = ''] = iso.split('T')
  return time.startsWith('00:00:00') ? day : `${day} ${time.slice(0, 5)}`
}
