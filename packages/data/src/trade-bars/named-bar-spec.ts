import { UsageError } from '@kestrel/core'
import type { BarSpec, TradeWeight } from './bar-rule.ts'

const NAME = /^(tick|volume|dollar|imbalance|run):(.*)$/

/**
 * The information bars that a name stands for, so that they can be asked for where a timeframe is: `tick:500` (trades),
 * `volume:1000` (base units), `dollar:1e6` (quote units), `imbalance:tick:500` and `run:volume:500` (what is counted, and
 * the trades of the first bar).
 *
 * @returns Undefined where the name is none of these, such as that of a timeframe.
 * @throws UsageError `DATA_BAR_SPEC` where it begins like one and goes on otherwise.
 */
export function namedBarSpec(name: string): BarSpec | undefined {
  const [, kind, rest = ''] = NAME.exec(name) ?? []
  if (kind === undefined) return undefined
  if (kind === 'tick') return { kind, trades: numberOf(name, rest) }
  if (kind === 'volume' || kind === 'dollar') return { kind, size: numberOf(name, rest) }
  const [of = '', expected = ''] = rest.split(':', 2)
  if (!['tick', 'volume', 'dollar'].includes(of)) throw unreadable(name)
  return { kind: kind as 'imbalance' | 'run', of: of as TradeWeight, expectedTrades: numberOf(name, expected) }
}

function numberOf(name: string, text: string): number {
  const value = Number(text)
  if (/^\d+(\.\d+)?(e\d+)?$/.test(text) && value > 0) return value
  throw unreadable(name)
}

function unreadable(name: string): UsageError {
  return new UsageError({
    code: 'DATA_BAR_SPEC',
    message: `"${name}" names no bars.`,
    hint: 'Write a timeframe (1m), or tick:500, volume:1000, dollar:1e6, imbalance:tick:500, run:volume:500.',
    meta: { name },
  })
}
