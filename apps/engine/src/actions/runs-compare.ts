import { UsageError } from '@kestrel/core'
import type { CommandContext } from '../cli/command-context.ts'
import type { CommandResult } from '../cli/command-result.ts'
import { tableText } from '../cli/output/table.ts'
import { findRun, type StoredRun } from '../run-folder/find-runs.ts'
import { metricRow } from '../run-folder/metric-text.ts'

/** Metrics that people compare first; scripts get all of them. */
const SHOWN = [
  'endEquity',
  'totalReturn',
  'cagr',
  'volatility',
  'sharpe',
  'sortino',
  'calmar',
  'maxDrawdown',
  'trades',
  'winRate',
  'profitFactor',
  'exposure',
  'turnover',
  'fees',
  'slippage',
  'refusals',
  'rejects',
]

/** Runs side by side: the settings in which they differ, then their metrics. */
export async function compareRuns(context: CommandContext, words: readonly string[]): Promise<CommandResult> {
  if (words.length < 2) {
    throw new UsageError({
      code: 'CLI_USAGE',
      message: 'Two or more runs are needed to compare.',
      hint: 'See: kestrel runs list',
    })
  }
  const runs: StoredRun[] = []
  for (const word of words) runs.push(await findRun(context, word))
  const facts = runs.map(factsOf)
  const names = [...new Set(facts.flatMap((each) => Object.keys(each)))]
  const differing = names.filter((name) => new Set(facts.map((each) => each[name] ?? '')).size > 1)
  const head = [{ title: '' }, ...runs.map((_, i) => ({ title: `run ${i + 1}`, align: 'right' as const }))]
  const differences = tableText(
    head,
    differing.map((name) => [name, ...facts.map((each) => each[name] ?? '')]),
  )
  const metrics = tableText(
    head,
    SHOWN.map((name) => [
      name,
      ...runs.map(({ metrics: m }) => metricRow(name, m.metrics[name] ?? null, m.basis.currency)),
    ]),
  )
  const list = runs.map(({ id }, i) => `run ${i + 1}  ${id}`).join('\n')
  const same = differing.length === 0 ? 'Settings, code and data are the same.' : differences
  const sameData = new Set(runs.map(({ metrics: m }) => m.hashes.data)).size === 1
  const caution = sameData
    ? ''
    : `\n\n${context.style.warn('These runs are on different data; their metrics do not compare directly.')}`
  return {
    document: {
      runs: runs.map(({ id, metrics: m }) => ({ runId: id, metrics: m.metrics, params: m.params, hashes: m.hashes })),
      differences: Object.fromEntries(differing.map((name) => [name, facts.map((each) => each[name] ?? null)])),
      sameData,
    },
    text: [list, same, metrics].join('\n\n') + caution,
  }
}

/** Everything that decides a run's result, as texts. */
function factsOf({ metrics: m, manifest }: StoredRun): Record<string, string> {
  const facts: Record<string, string> = {
    strategy: m.strategy,
    instruments: m.instruments.join(' '),
    timeframe: m.timeframe,
    from: m.from,
    to: m.to,
    seed: String(m.seed),
    code: m.hashes.code.slice(0, 12),
    data: m.hashes.data.slice(0, 12),
  }
  for (const [name, value] of Object.entries(m.params)) facts[`param ${name}`] = JSON.stringify(value)
  for (const [name, value] of Object.entries(manifest.config)) {
    if (['instruments', 'from', 'to', 'timeframe', 'universe'].includes(name)) continue
    if (typeof value === 'object' && value !== null) {
      for (const [key, inner] of Object.entries(value)) facts[`${name}.${key}`] = JSON.stringify(inner)
    } else facts[name] = JSON.stringify(value)
  }
  return facts
}
