import type { Instrument } from '@kestrel/core'
import { scheduleFor } from '../costs/fee-schedule.ts'
import type { FillModel } from '../venue/fill-model.ts'
import { compactNumber, duration, percent } from './format.ts'
import type { Fact } from './report-model.ts'

/** What a run's fills cost, in plain words. */
export function costFacts(fill: FillModel, instruments: readonly Instrument[]): Fact[] {
  return [
    { label: 'Fees', text: feeText(fill, instruments) },
    { label: 'Spread and slippage', text: `A taker pays ${spreadText(fill)} and ${slippageText(fill)}.` },
  ]
}

function feeText({ fees, makerFeeRate, takerFeeRate }: FillModel, instruments: readonly Instrument[]): string {
  const schedules = fees ?? []
  const flat = instruments.filter((each) => scheduleFor(schedules, each) < 0)
  const rates = (own: (one: Instrument) => number, stated: number | undefined): string =>
    [...new Set(flat.map((one) => percent(stated ?? own(one), 3)))].join(' or ')
  const used = schedules.filter((_, index) => instruments.some((each) => scheduleFor(schedules, each) === index))
  const texts = used.map(({ tiers, volumeDays, feeCurrency, source }) => {
    const [first] = tiers
    const last = tiers.at(-1)
    const range = (name: 'takerRate' | 'makerRate'): string =>
      [...new Set([first?.[name] ?? 0, last?.[name] ?? 0].map((each) => percent(each, 3)))].join(' down to ')
    const third =
      feeCurrency === undefined
        ? ''
        : ` In ${feeCurrency.currency}, ${percent(feeCurrency.discount, 0)} off, while the account holds enough of it.`
    return `By the volume of the last ${volumeDays} days: taker ${range('takerRate')}, maker ${range('makerRate')} of notional.${third} Source: ${source}.`
  })
  if (flat.length > 0) {
    const taker = rates((one) => one.takerFeeRate, takerFeeRate)
    const maker = rates((one) => one.makerFeeRate, makerFeeRate)
    texts.push(
      `Taker ${taker}, maker ${maker} of notional on every fill${used.length === 0 ? '' : ' of other instruments'}.`,
    )
  }
  return texts.join(' ')
}

function spreadText({ spread, spreadBps }: FillModel): string {
  if (spread === undefined || spread.model === 'fixed') return `half a spread of ${compactNumber(spreadBps)} bp`
  if (spread.model === 'quotes') {
    const { maxAgeMs, fallbackBps } = spread
    return `half the spread last quoted before the bar, of ${compactNumber(fallbackBps)} bp where no quote is younger than ${duration(maxAgeMs)},`
  }
  const bounds = `between ${compactNumber(spread.minBps)} and ${compactNumber(spread.maxBps)} bp`
  const how =
    spread.model === 'volatility'
      ? `${percent(spread.share, 1)} of the mean range of the ${spread.bars} bars before`
      : `by ${spread.model === 'corwin-schultz' ? 'Corwin and Schultz' : 'Abdi and Ranaldo'} from the ${spread.bars} bars before`
  return `half a spread estimated as ${how}, ${bounds},`
}

function slippageText({ slippage, slippageBps }: FillModel): string {
  if (slippage === undefined || slippage.model === 'fixed') return `${compactNumber(slippageBps)} bp of slippage`
  if (slippage.model === 'sqrt') {
    return `an impact of ${compactNumber(slippage.coefficient)} times the day's volatility times the root of its part of the day's volume, at most ${compactNumber(slippage.maxBps)} bp`
  }
  return `an impact of ${compactNumber(slippage.impact)} times the square of its part of a bar's expected volume`
}
