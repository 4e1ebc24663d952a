import { UsageError } from '@kestrel/core'
import { generateMarket, openLake } from '@kestrel/data'
import type { CommandContext } from '../cli/command-context.ts'
import type { CommandResult } from '../cli/command-result.ts'
import { parseNumber, parseWhole } from '../cli/parse-number.ts'
import { parseTime } from '../cli/parse-time.ts'
import type { DataGenerateFlags } from '../commands/data.ts'
import { datasetSummary } from '../lake-access/dataset-summary.ts'
import { datasetTable } from './data-list.ts'

/** Generates a market, marked SYNTHETIC, and writes it to the lake. */
export async function generateData(
  context: CommandContext,
  _args: readonly string[],
  flags: DataGenerateFlags,
): Promise<CommandResult> {
  const market = generateMarket({
    instrument: flags.instrument,
    timeframe: flags.timeframe,
    bars: parseWhole(flags.bars, '--bars'),
    model: flags.model,
    ...(context.seedGiven ? { seed: context.seed } : {}),
    ...(flags.from === undefined ? {} : { startMs: parseTime(flags.from, '--from') }),
    ...(flags.startPrice === undefined ? {} : { startPrice: parseNumber(flags.startPrice, '--start-price') }),
    parameters: parametersOf(flags.set ?? []),
  })
  const lake = openLake(context.dataDir, { clock: context.clock })
  const { record, added, identical, replaced } = await lake.write(market, { onConflict: flags.onConflict })
  await lake.close()
  const summary = datasetSummary(record)
  return {
    document: { dataDir: context.dataDir, datasets: [{ ...summary, added, identical, replaced }] },
    rows: [summary],
    text: datasetTable([summary], context.style),
  }
}

function parametersOf(pairs: readonly string[]): Record<string, number> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=')
      if (at > 0) return [pair.slice(0, at), parseNumber(pair.slice(at + 1), `--set ${pair.slice(0, at)}`)]
      throw new UsageError({
        code: 'CLI_PARAM',
        message: `--set ${pair} has no "=".`,
        hint: 'Write --set volatility=0.8.',
      })
    }),
  )
}
