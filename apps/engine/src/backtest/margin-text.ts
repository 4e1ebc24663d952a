import type { ResolvedConfig } from '@kestrel/backtest'
import type { BacktestRequest } from './backtest-request.ts'

/** A number for all, or one by name, as the flags that give it. */
export function amountFlags(flag: string, amounts: number | Readonly<Record<string, number>>): string[] {
  if (typeof amounts === 'number') return [flag, String(amounts)]
  return Object.entries(amounts).flatMap(([name, amount]) => [flag, `${name}=${amount}`])
}

/** The flags about perpetuals that repeat a run; what is the default is left out. */
export function marginFlags({
  margin,
  marginTiers,
  funding,
  borrow,
}: Pick<BacktestRequest, 'margin' | 'marginTiers' | 'funding' | 'borrow'>): string[] {
  return [
    ...(borrow === undefined ? [] : amountFlags('--borrow-rate', borrow.dailyRate)),
    ...(borrow === undefined ? [] : ['--borrow-leverage', String(borrow.leverage)]),
    ...(margin.leverage === undefined ? [] : amountFlags('--leverage', margin.leverage)),
    ...(margin.mode === undefined ? [] : ['--margin', margin.mode]),
    ...(margin.positionMode === undefined ? [] : ['--position-mode', margin.positionMode]),
    ...(marginTiers === undefined ? [] : ['--margin-tiers', marginTiers]),
    ...(funding === 'auto' ? [] : ['--funding', funding]),
  ]
}

/** Terms of the perpetuals of a run as its manifest holds them; undefined for a run of spot alone. */
export function marginText({ instruments, margin }: ResolvedConfig) {
  if (margin === undefined) return undefined
  return {
    mode: margin.mode,
    positionMode: margin.positionMode,
    contracts: instruments.flatMap(({ id, settlement, settleCurrency }, index) => {
      const terms = margin.contracts[index]
      if (terms === undefined) return []
      return [
        {
          id,
          settlement,
          settleCurrency,
          leverage: terms.leverage,
          liquidationRule: terms.rule.venue,
          isRuleAssumed: terms.hasDefaultRule,
          marginTiers: terms.tiers.id,
          areTiersAssumed: terms.hasDefaultTiers,
          tiersSource: terms.tiers.source,
        },
      ]
    }),
  }
}
