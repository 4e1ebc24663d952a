import type { BarColumns } from '@kestrel/core'
import type { BarRow } from '@kestrel/kernel'

/** The bars of columns one by one, oldest first. */
export function* barRows(bars: BarColumns): Generator<BarRow> {
  for (let i = 0; i < bars.close.length; i++) {
    const at = (name: keyof BarColumns): number => bars[name][i] as number
    yield {
      openTimeMs: at('openTimeMs'),
      closeTimeMs: at('closeTimeMs'),
      open: at('open'),
      high: at('high'),
      low: at('low'),
      close: at('close'),
      volume: at('volume'),
    }
  }
}

/** Whether a bar can be one: finite, its prices above 0, its open and close between low and high. */
export function isUsable({ open, high, low, close, volume, openTimeMs, closeTimeMs }: BarRow): boolean {
  const isFinite = [open, high, low, close, volume, openTimeMs, closeTimeMs].every(Number.isFinite)
  return isFinite && low > 0 && high >= Math.max(open, close) && low <= Math.min(open, close) && volume >= 0
}
