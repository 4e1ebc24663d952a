import { UsageError } from '@kestrel/core'
import { parseNumber } from '../cli/parse-number.ts'

/**
 * Numbers of a repeatable flag, either one for all or by name: `--leverage 5`, `--leverage BTC-USDT-PERP.BINANCE=5`,
 * `--cash BTC=1 --cash USDT=500`.
 *
 * @throws UsageError `CLI_AMOUNTS` where both forms are mixed or a name comes twice, `CLI_NUMBER` for what is no number.
 */
export function parseAmounts(texts: readonly string[], flag: string): number | Readonly<Record<string, number>> {
  const refuse = (problem: string): never => {
    throw new UsageError({
      code: 'CLI_AMOUNTS',
      message: `${flag} ${problem}. Nothing was run.`,
      hint: `Write ${flag} 5 once, or ${flag} NAME=5 for each name.`,
      meta: { flag, given: texts },
    })
  }
  const [first = ''] = texts
  if (texts.length === 1 && !first.includes('=')) return parseNumber(first, flag)
  const amounts: Record<string, number> = {}
  for (const text of texts) {
    const at = text.indexOf('=')
    if (at <= 0) refuse(`${text} is one number for all among others`)
    const name = text.slice(0, at).trim()
    if (name in amounts) refuse(`names ${name} twice`)
    amounts[name] = parseNumber(text.slice(at + 1), flag)
  }
  return amounts
}
