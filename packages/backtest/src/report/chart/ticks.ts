import { axisNumber, decimalsFor, percent, signedPercent, stepDecimals } from '../format.ts'

/** A label at a position of an axis. */
export interface Tick {
  readonly value: number
  readonly label: string
}

/** Labels of evenly spaced ticks, with as many decimals as tell neighbours apart. */
export function labelledTicks(values: readonly number[], unit: 'percent' | 'signed-percent' | 'number'): Tick[] {
  const [first, second] = values
  const step = first === undefined || second === undefined ? undefined : second - first
  const digits = step === undefined ? decimalsFor(Math.abs(first ?? 0) * 100, 0) : stepDecimals(step * 100)
  const label = (value: number): string =>
    unit === 'number'
      ? axisNumber(value, step)
      : unit === 'percent'
        ? percent(value, digits)
        : signedPercent(value, digits)
  return values.map((value) => ({ value, label: label(value) }))
}

/** Round numbers between two values, about `count` of them: steps of 1, 2 or 5 times a power of ten. */
export function niceTicks(low: number, high: number, count: number): number[] {
  const span = high - low
  if (!(span > 0)) return [low]
  const rough = span / Math.max(1, count)
  const power = 10 ** Math.floor(Math.log10(rough))
  const fraction = rough / power
  const step = power * (fraction <= 1 ? 1 : fraction <= 2 ? 2 : fraction <= 5 ? 5 : 10)
  const first = Math.ceil(low / step - 1e-9)
  const last = Math.floor(high / step + 1e-9)
  // Multiples by division of whole numbers where the step is below 1, so that 0.3 is not 0.30000000000000004.
  const inverse = Math.round(1 / step)
  return Array.from({ length: last - first + 1 }, (_, i) => (step < 1 ? (first + i) / inverse : (first + i) * step))
}

/** 1, 2 and 5 times powers of ten between two positive values; all niceTicks where that gives fewer than three. */
export function logTicks(low: number, high: number, count: number): number[] {
  for (const steps of [[1], [1, 3], [1, 2, 5]]) {
    const ticks: number[] = []
    for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power += 1) {
      for (const step of steps) {
        const value = step * 10 ** power
        if (value >= low && value <= high) ticks.push(value)
      }
    }
    if (ticks.length >= 3) return ticks
  }
  return niceTicks(low, high, count).filter((value) => value > 0)
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** UTC calendar labels between two instants: years, months, days or hours, at most about `count`. */
export function timeTicks(fromMs: number, toMs: number, count: number): Tick[] {
  const span = toMs - fromMs
  const months = span / (30.44 * DAY_MS)
  if (months > count * 0.9)
    return monthTicks(fromMs, toMs, [1, 2, 3, 6, 12, 24, 60].find((m) => months / m <= count) ?? 120)
  const stepMs =
    [1, 2, 3, 6, 12, 24, 48, 96, 168, 336].map((hours) => hours * HOUR_MS).find((step) => span / step <= count) ??
    30 * DAY_MS
  const ticks: Tick[] = []
  for (let time = Math.ceil(fromMs / stepMs) * stepMs; time <= toMs; time += stepMs) {
    const date = new Date(time)
    const dayLabel = `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()] as string}`
    const hour = `${String(date.getUTCHours()).padStart(2, '0')}:00`
    ticks.push({ value: time, label: stepMs >= DAY_MS || date.getUTCHours() === 0 ? dayLabel : hour })
  }
  return ticks
}

function monthTicks(fromMs: number, toMs: number, step: number): Tick[] {
  const start = new Date(fromMs)
  const ticks: Tick[] = []
  let month = Math.ceil((start.getUTCFullYear() * 12 + start.getUTCMonth()) / step) * step
  for (;;) {
    const time = Date.UTC(Math.floor(month / 12), month % 12, 1)
    if (time > toMs) return ticks
    const name = MONTHS[month % 12] as string
    const year = String(Math.floor(month / 12))
    if (time >= fromMs) ticks.push({ value: time, label: step >= 12 || month % 12 === 0 ? year : name })
    month += step
  }
}
