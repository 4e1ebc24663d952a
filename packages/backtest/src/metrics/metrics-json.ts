import type { RunMetrics } from './metrics.ts'

/** A value as JSON writes it: undefined and what is not finite become null. */
function jsonValue<T>(value: T): T | null {
  if (value === undefined) return null
  return typeof value === 'number' && !Number.isFinite(value) ? null : value
}

/** An object whose every undefined member is null, so that JSON keeps the name. */
export function withNulls<T extends object>(values: T): { [K in keyof T]: Exclude<T[K], undefined> | null } {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, jsonValue(value)])) as {
    [K in keyof T]: Exclude<T[K], undefined> | null
  }
}

/** `basis`, `metrics` and `benchmark` as `backtest --json` and `metrics.json` write them: null where undefined. */
export function metricsJson(run: RunMetrics) {
  return {
    basis: run.basis,
    metrics: withNulls(run.metrics),
    benchmark: run.benchmark === undefined ? null : withNulls(run.benchmark),
  }
}
