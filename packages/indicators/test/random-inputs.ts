import { createRng } from '@kestrel/core'
import type { InputName } from '../src/index.ts'

/** What the generated series look like. Flat and stepped ones reach ties and empty ranges, spikes strain the sums. */
export type Shape = 'walk' | 'integers' | 'flat' | 'steps' | 'spikes' | 'huge'
export const SHAPES: readonly Shape[] = ['walk', 'integers', 'flat', 'steps', 'spikes', 'huge']

/** Positive prices of a shape. Shape `[n]`. */
export function randomPrices(length: number, seed: number, shape: Shape): Float64Array {
  const rng = createRng(seed)
  const prices = new Float64Array(length)
  let price = 100
  for (let i = 0; i < length; i++) {
    const step = rng.nextNormal()
    if (shape === 'walk' || shape === 'spikes') price *= Math.exp(step / 50)
    if (shape === 'integers') price = Math.max(1, price + Math.round(step * 2))
    if (shape === 'steps' && rng.nextFloat() < 0.2) price = Math.max(1, price + Math.round(step * 3))
    if (shape === 'huge') price = 10 ** (rng.nextFloat() * 300 - 150)
    const spike = shape === 'spikes' && rng.nextFloat() < 0.03 ? 1e9 : 1
    prices[i] = Math.min(1e150, price * spike)
  }
  return prices
}

/** Consistent columns for the named inputs: low <= open, close <= high, volume sometimes 0, time with gaps. */
export function randomInputs(names: readonly InputName[], length: number, seed: number, shape: Shape): Float64Array[] {
  const rng = createRng(seed + 1)
  const close = randomPrices(length, seed, shape)
  const open = close.map((_, i) => close[Math.max(0, i - 1)] as number)
  const isFlat = shape === 'flat'
  const wick = (): number => (isFlat || rng.nextFloat() < 0.2 ? 0 : rng.nextFloat() / 50)
  let time = 1_700_000_000_000
  const columns: Record<InputName, Float64Array> = {
    value: close,
    other: randomPrices(length, seed + 2, shape),
    openTimeMs: close.map(() => (time += 60_000 * (1 + Math.floor(rng.nextFloat() * 300)))),
    open,
    high: close.map((price, i) => Math.min(1e150, Math.max(price, open[i] as number) * (1 + wick()))),
    low: close.map((price, i) => Math.max(1e-150, Math.min(price, open[i] as number) * (1 - wick()))),
    close,
    volume: close.map(() => (rng.nextFloat() < 0.3 ? 0 : Math.round(rng.nextFloat() * 1000) / 8)),
  }
  return names.map((name) => columns[name])
}
