/** A tool whose formulas can be asked for. */
export type CompatMode = 'freqtrade' | 'quantstats' | 'lean' | 'backtesting'

/** What `--metrics-compat` accepts. */
export const COMPAT_MODES: readonly CompatMode[] = ['freqtrade', 'quantstats', 'lean', 'backtesting']

/** The metrics that a tool defines otherwise than we do, computed its way. */
export interface CompatMetrics {
  readonly mode: CompatMode
  /** Tool and version whose source the formulas follow. */
  readonly source: string
  /** Sampling and periods a year, in words. */
  readonly basis: string
  /** Under our names and signs; undefined where the tool prints a placeholder such as -100, 0 or infinity. */
  readonly values: Readonly<Record<string, number | undefined>>
}
