import type { LinePoints } from './report-model.ts'

/**
 * At most about `limit` points of a line, keeping the first, last, lowest and highest of every stretch, so that peaks
 * and troughs stay where they were. Entries that are not finite are left out. O(n).
 */
export function downsample(timeMs: Float64Array, values: Float64Array, limit = 1_500): LinePoints {
  const n = values.length
  const out = { timeMs: [] as number[], values: [] as number[] }
  const push = (index: number): void => {
    const value = values[index] as number
    if (!Number.isFinite(value)) return
    out.timeMs.push(timeMs[index] as number)
    out.values.push(value)
  }
  if (n <= limit) {
    for (let i = 0; i < n; i += 1) push(i)
    return out
  }
  const stretches = Math.max(1, Math.floor(limit / 4))
  for (let s = 0; s < stretches; s += 1) {
    const start = Math.floor((s * n) / stretches)
    const end = Math.floor(((s + 1) * n) / stretches)
    let low = start
    let high = start
    for (let i = start + 1; i < end; i += 1) {
      if ((values[i] as number) < (values[low] as number)) low = i
      if ((values[i] as number) > (values[high] as number)) high = i
    }
    for (const index of [...new Set([start, low, high, end - 1])].toSorted((a, b) => a - b)) push(index)
  }
  return out
}

/** The mean of each of at most `limit` stretches, at the stretch's middle: for columns that jump up and down. O(n). */
export function stretchMeans(timeMs: Float64Array, values: Float64Array, limit = 240): LinePoints {
  const n = values.length
  const stretches = Math.min(n, limit)
  const out = { timeMs: [] as number[], values: [] as number[] }
  for (let s = 0; s < stretches; s += 1) {
    const start = Math.floor((s * n) / stretches)
    const end = Math.floor(((s + 1) * n) / stretches)
    let sum = 0
    for (let i = start; i < end; i += 1) sum += values[i] as number
    out.timeMs.push(timeMs[Math.floor((start + end - 1) / 2)] as number)
    out.values.push(sum / (end - start))
  }
  return out
}
