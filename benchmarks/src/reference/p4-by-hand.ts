import type { BarColumns } from '@kestrel/core'

/** What case P4 asks of every engine. */
export interface P4Outcome {
  readonly orders: number
  readonly endEquity: number
}

/** The rule of case P4. */
export const P4_RULE = {
  fast: 20,
  slow: 100,
  /** Bars of history before an asset may be a member. */
  history: 100,
  everyBars: 60,
  /** Part of equity that the members share. */
  invested: 0.998,
  feeRate: 0.0005,
  cash: 1e9,
} as const

/**
 * Case P4 as one loop written by hand for this rule alone: members are the assets whose fast average of the close (an
 * exponential one that starts at the first close) is above the slow one; every sixtieth bar the equity is shared equally
 * between them at the close, sales first. Shares no code with the kernel.
 *
 * @returns Number of orders, end equity, and the equity of every bar.
 */
export function p4ByHand(basket: readonly BarColumns[]): P4Outcome & { readonly equity: Float64Array } {
  const { cash: startCash, everyBars, feeRate, history, invested } = P4_RULE
  const closes = basket.map((each) => each.close)
  const assets = closes.length
  const bars = closes[0]?.length ?? 0
  const fast = Float64Array.from(closes, (close) => close[0] as number)
  const slow = Float64Array.from(fast)
  const held = new Float64Array(assets)
  const change = new Float64Array(assets)
  const equity = new Float64Array(bars)
  const fastFactor = 2 / (P4_RULE.fast + 1)
  const slowFactor = 2 / (P4_RULE.slow + 1)
  let cash = startCash
  let orders = 0
  for (let i = 0; i < bars; i++) {
    let value = cash
    for (let a = 0; a < assets; a++) {
      const price = (closes[a] as Float64Array)[i] as number
      fast[a] = (fast[a] as number) + fastFactor * (price - (fast[a] as number))
      slow[a] = (slow[a] as number) + slowFactor * (price - (slow[a] as number))
      value += (held[a] as number) * price
    }
    if (i % everyBars === 0 && i + 1 >= history) {
      let members = 0
      for (let a = 0; a < assets; a++) if ((fast[a] as number) > (slow[a] as number)) members++
      for (let a = 0; a < assets; a++) {
        const price = (closes[a] as Float64Array)[i] as number
        const isMember = (fast[a] as number) > (slow[a] as number)
        change[a] = (isMember ? (invested * value) / members / price : 0) - (held[a] as number)
      }
      for (const buys of [false, true]) {
        for (let a = 0; a < assets; a++) {
          const quantity = change[a] as number
          if (quantity === 0 || quantity > 0 !== buys) continue
          const notional = quantity * ((closes[a] as Float64Array)[i] as number)
          cash -= notional + Math.abs(notional) * feeRate
          value -= Math.abs(notional) * feeRate
          held[a] = (held[a] as number) + quantity
          orders++
        }
      }
    }
    equity[i] = value
  }
  return { orders, endEquity: equity[bars - 1] as number, equity }
}
