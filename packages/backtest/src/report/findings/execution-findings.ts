import { quantile } from '../../metrics/quantile.ts'
import { compactNumber, money, percent, signedPercent } from '../format.ts'
import type { Finding, FindingsInput } from './finding.ts'

/** What costs, fills and assumptions do to the result. */
export function executionFindings(input: FindingsInput): Finding[] {
  return [
    ...costShare(input),
    ...capacity(input),
    ...beyondVolume(input),
    ...bandFlips(input),
    ...lateStops(input),
    ...uncovered(input),
    ...orderTrouble(input),
  ]
}

function costShare({ metrics, basis }: FindingsInput): Finding[] {
  const costs = metrics.fees + metrics.slippage
  const gross = metrics.endEquity - metrics.startEquity + costs
  if (costs <= 0 || gross === 0) return []
  const share = costs / gross
  if (gross > 0 && share < 0.3) return []
  const text =
    gross > 0
      ? `Fees and slippage of ${money(costs)} ${basis.currency} took ${percent(share, 0)} of the profit before costs.`
      : `Fees and slippage cost ${money(costs)} ${basis.currency}; even without them the run lost ${money(-gross)}.`
  return [
    {
      code: 'cost-share',
      severity: gross > 0 && share >= 1 ? 'serious' : 'caution',
      title: gross > 0 && share >= 1 ? 'Costs ate the profit' : 'Costs weigh heavily',
      text,
      value: share,
    },
  ]
}

function capacity({ metrics, volumeShares, volumeShareCap, basis, contractSizes = [] }: FindingsInput): Finding[] {
  if (volumeShares === undefined || volumeShares.length === 0) return []
  const sorted = volumeShares.toSorted()
  const high = quantile(sorted, 0.95) ?? 0
  const most = sorted.at(-1) ?? 0
  if (high <= 0) return []
  const cap = volumeShareCap ?? 0.1
  const room = (metrics.startEquity * cap) / high
  const tight = high > cap / 2
  return [
    {
      code: 'capacity',
      severity: high > cap * 0.95 ? 'serious' : tight ? 'caution' : 'note',
      title: tight ? 'Little room to grow' : 'Capacity',
      text: `One fill in twenty took more than ${percent(high, high < 0.001 ? 4 : 2)} of its bar's volume (most: ${percent(most, most < 0.001 ? 4 : 2)}). At a limit of ${percent(cap, 0)} that leaves room for a starting balance of about ${money(room)} ${basis.currency}.`,
      value: high,
    },
    ...(contractSizes.length === 0 ? [] : [volumeUnit(contractSizes, volumeShareCap)]),
  ]
}

/** Until a bar ends its volume is not known: it may turn out smaller than what was filled in it. */
function beyondVolume({ volumeOverdraft }: FindingsInput): Finding[] {
  const { fillsBeyondBar, owed } = volumeOverdraft ?? { fillsBeyondBar: 0, owed: [] }
  const sentences: string[] = []
  if (fillsBeyondBar > 0) {
    const fills = fillsBeyondBar === 1 ? '1 fill is' : `${fillsBeyondBar} fills are`
    sentences.push(`${fills} larger than all that traded in the bar; no market would have filled so much there.`)
  }
  if (owed.length > 0) {
    const list = owed.map(({ instrumentId, quantity }) => `${compactNumber(quantity)} ${instrumentId}`)
    sentences.push(
      `The data ends before later bars have made up for ${list.join(', ')} filled beyond the share of the volume.`,
    )
  }
  if (sentences.length === 0) return []
  return [
    {
      code: 'beyond-volume',
      severity: fillsBeyondBar > 0 ? 'serious' : 'caution',
      title: 'More filled than was traded',
      text: sentences.join(' '),
      value: fillsBeyondBar > 0 ? fillsBeyondBar : owed.length,
    },
  ]
}

/** Sources count volume in contracts, in base or in quote units, and nobody can tell which from the numbers. */
function volumeUnit(contractSizes: readonly string[], cap: number | undefined): Finding {
  const reading = cap === undefined ? 'The share of volume' : `The cap of ${percent(cap, 0)} of a bar's volume`
  return {
    code: 'volume-unit',
    severity: 'caution',
    title: 'Volume read in contracts',
    text: `${reading} reads volume as a number of contracts, of which one is not one unit of the base: ${contractSizes.join(', ')}. Where the source counts coins or money, fills are cut at the wrong size, and how much room there is to grow is off by as much. Convert the volume, or lift the cap.`,
    value: contractSizes.length,
  }
}

function bandFlips({ band }: FindingsInput): Finding[] {
  if (band === undefined) return []
  const returns = [band.harsh.totalReturn, band.base.totalReturn, band.kind.totalReturn]
  const flips = Math.min(...returns) < 0 && Math.max(...returns) > 0
  if (!flips) return []
  return [
    {
      code: 'band-flips',
      severity: 'serious',
      title: 'Profit or loss depends on the assumptions',
      text: `The return is ${signedPercent(band.harsh.totalReturn)} under harsher assumptions and ${signedPercent(band.kind.totalReturn)} under kinder ones: the sign is not known.`,
      value: band.kind.totalReturn - band.harsh.totalReturn,
    },
  ]
}

const FEW_LATE_STOPS = 5
const SMALL_SHARE = 0.1

function lateStops({ stoppedEntries, trades }: FindingsInput): Finding[] {
  const late = stoppedEntries?.insideBar ?? 0
  if (late < FEW_LATE_STOPS || late < trades.length * SMALL_SHARE) return []
  return [
    {
      code: 'late-stops',
      severity: 'caution',
      title: 'Stops that missed their first bar',
      text: `${late} of ${trades.length} trades were entered inside a bar and ended by a stop. A stop placed in reply to a fill rests from the next open, so what it would have cost within the first bar is not in the result. Finer bars in the lake show it.`,
      value: late,
    },
  ]
}

/** Part of all orders above which those that the account could not cover shape the result. */
const UNCOVERED_SHARE = 0.05

/** Nothing refused these orders: a target that is out of reach is asked for at every bar, and ends at every fill. */
function uncovered({ metrics, uncoveredOrders = 0 }: FindingsInput): Finding[] {
  if (uncoveredOrders === 0) return []
  return [
    {
      code: 'below-target',
      severity: uncoveredOrders > metrics.orders * UNCOVERED_SHARE ? 'caution' : 'note',
      title: 'The position stays below its target',
      text: `${uncoveredOrders} of ${metrics.orders} orders were sent and then cancelled because the account could not cover them. Margin, fees and the distance to the fill need room: ask for less, or allow more leverage.`,
      value: uncoveredOrders,
    },
  ]
}

function orderTrouble({ metrics, openPositions, inferredInstruments }: FindingsInput): Finding[] {
  const found: Finding[] = []
  const stopped = metrics.rejects + metrics.refusals
  if (stopped > 0) {
    found.push({
      code: 'rejected-orders',
      severity: stopped > metrics.orders * 0.1 ? 'caution' : 'note',
      title: 'Orders that did not get through',
      text: `${metrics.rejects} of ${metrics.orders} orders were rejected by the venue and ${metrics.refusals} refused before being sent, by the account, a limit or a protection; the reasons are in the table of orders.`,
      value: stopped,
    })
  }
  if (metrics.liquidations > 0) {
    found.push({
      code: 'liquidations',
      severity: 'serious',
      title: 'Positions were liquidated',
      text: `${metrics.liquidations} ${metrics.liquidations === 1 ? 'position was' : 'positions were'} closed by the venue for lack of margin.`,
      value: metrics.liquidations,
    })
  }
  if (openPositions.length > 0) {
    const list = openPositions.map(({ instrumentId, quantity }) => `${compactNumber(quantity)} ${instrumentId}`)
    found.push({
      code: 'open-position',
      severity: 'note',
      title: 'Position open at the end',
      text: `The run ends holding ${list.join(', ')}, valued at the last close and not in the table of trades. Closing it would cost fees and slippage.`,
      value: openPositions.length,
    })
  }
  if (inferredInstruments.length > 0) {
    found.push({
      code: 'inferred-steps',
      severity: 'note',
      title: 'Tick and lot were inferred',
      text: `Nobody stated the price and quantity steps of ${inferredInstruments.join(', ')}; they were read off the decimals of the data.`,
      value: inferredInstruments.length,
    })
  }
  return found
}
