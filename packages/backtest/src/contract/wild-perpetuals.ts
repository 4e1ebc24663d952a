import { allocateBars, type BarColumns } from '@kestrel/core'
import { type ContractMarket, contractMarket, type ContractMarketOptions } from './contract-market.ts'

/** Every how many bars one comes that is far wider than the rest, and how far it reaches. */
const EVERY = 23
const REACH_RATE = 0.25

/**
 * A market whose first instrument is a perpetual, with a bar now and then that reaches past everything around it: what rests
 * on both sides of the price fills within one bar there.
 */
export function wildPerpetuals(name: string, options: ContractMarketOptions): ContractMarket {
  const { needs = [] } = options
  const market = contractMarket(name, {
    ...options,
    needs: needs.includes('perpetual') ? needs : [...needs, 'perpetual'],
  })
  const perpetuals = market.instruments.filter(({ kind }) => kind === 'perpetual')
  const bars = new Map(market.bars)
  for (const { id } of perpetuals) bars.set(id, widened(market.bars.get(id) as BarColumns))
  return { ...market, bars, instruments: [...perpetuals, ...market.instruments.filter(({ kind }) => kind === 'spot')] }
}

function widened(bars: BarColumns): BarColumns {
  const wide = allocateBars(bars.close.length)
  for (const name of Object.keys(bars) as (keyof BarColumns)[]) wide[name].set(bars[name])
  for (let i = EVERY; i < bars.close.length; i += EVERY) {
    wide.high[i] = Math.round((bars.high[i] as number) * (1 + REACH_RATE) * 100) / 100
    wide.low[i] = Math.round((bars.low[i] as number) * (1 - REACH_RATE) * 100) / 100
  }
  return wide
}
