import type { EquityColumns } from '@kestrel/kernel'

export interface ExposureStatistics {
  /** Bars that closed with a position over all bars; undefined without bars. */
  readonly exposure: number | undefined
  /** Mean over bars of gross exposure over equity; bars at or below zero equity are left out. */
  readonly meanLeverage: number | undefined
  readonly maxLeverage: number | undefined
}

/** How much of the time, and how far, the account was invested, over every bar. O(n). */
export function exposureStatistics({ equity, grossExposure }: EquityColumns): ExposureStatistics {
  const n = equity.length
  if (n === 0) return { exposure: undefined, meanLeverage: undefined, maxLeverage: undefined }
  let held = 0
  let sum = 0
  let counted = 0
  let max = 0
  for (let i = 0; i < n; i += 1) {
    const gross = grossExposure[i] as number
    const value = equity[i] as number
    if (gross > 0) held += 1
    if (value <= 0) continue
    const leverage = gross / value
    sum += leverage
    counted += 1
    if (leverage > max) max = leverage
  }
  return {
    exposure: held / n,
    meanLeverage: counted === 0 ? undefined : sum / counted,
    maxLeverage: counted === 0 ? undefined : max,
  }
}
