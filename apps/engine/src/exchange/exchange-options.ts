import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { UsageError } from '@kestrel/core'
import {
  faultPreset,
  type FaultSchedule,
  type LocalVenueName,
  marketOfSymbol,
  type MarketSetup,
  parseFaultSchedule,
} from '@kestrel/testkit'
import { parseNumber, parseWhole } from '../cli/parse-number.ts'
import type { ExchangeFlags } from '../commands/exchange.ts'

const VENUES: readonly LocalVenueName[] = ['binance', 'binanceusdm', 'bybit']

const DEFAULT_PRICE = 60_000
/** Faster, and the machine comes to nothing else: neither to answers nor to its end. */
const MOST_SPEED = 1_000

/** What the flags of `kestrel exchange` ask for. */
export interface ExchangeChoice {
  readonly venues: readonly LocalVenueName[]
  readonly markets: readonly MarketSetup[]
  readonly port: number
  readonly speed: number
  readonly faults: FaultSchedule | undefined
}

/**
 * Reads the flags.
 *
 * @throws UsageError `EXCHANGE_VENUE`, `EXCHANGE_MARKET`, `EXCHANGE_FAULTS`, `CLI_NUMBER`, and what the schedule's reader throws.
 */
export function readExchangeFlags(flags: ExchangeFlags, seed: number, cwd: string): ExchangeChoice {
  const port = flags.port === undefined ? 0 : parseWhole(flags.port, '--port')
  const venues = (flags.venue ?? VENUES).map(venueOf)
  if (port < 0 || port + venues.length > 65_536)
    throw new UsageError({
      code: 'CLI_NUMBER',
      message: `--port ${port} leaves no ports for ${venues.length} venues: they go from 0 to 65535.`,
      meta: { flag: '--port', port },
    })
  const markets = (flags.market ?? [`BTCUSDT:${DEFAULT_PRICE}`]).flatMap(marketsOf)
  const ids = markets.map(({ spec }) => `${spec.kind}:${spec.symbol}`)
  const twice = ids.find((id, index) => ids.indexOf(id) !== index)
  if (twice !== undefined)
    throw new UsageError({
      code: 'EXCHANGE_MARKET',
      message: `The market ${twice} is named twice.`,
      meta: { id: twice },
    })
  return {
    venues: [...new Set(venues)],
    markets,
    port,
    speed: flags.speed === undefined ? 1 : speedOf(flags.speed),
    faults: faultsOf(flags.faults ?? 'none', seed, cwd),
  }
}

function speedOf(text: string): number {
  const speed = parseNumber(text, '--speed')
  if (speed <= MOST_SPEED) return speed
  throw new UsageError({
    code: 'CLI_NUMBER',
    message: `--speed ${text} is more than ${MOST_SPEED}. Nothing was started.`,
    meta: { flag: '--speed', text },
  })
}

function venueOf(name: string): LocalVenueName {
  const venue = VENUES.find((one) => one === name)
  if (venue !== undefined) return venue
  throw new UsageError({
    code: 'EXCHANGE_VENUE',
    message: `The local exchange does not speak the protocol of "${name}". Nothing was started.`,
    hint: `Choose among ${VENUES.join(', ')}.`,
    meta: { venue: name },
  })
}

/** Spot and perpetual of a symbol: `ETHUSDT:3000`. */
function marketsOf(text: string): MarketSetup[] {
  const [symbol = '', price, ...rest] = text.split(':')
  if (rest.length > 0 || (price === undefined && symbol !== 'BTCUSDT'))
    throw new UsageError({
      code: 'EXCHANGE_MARKET',
      message: `"${text}" is no market. Nothing was started.`,
      hint: 'Write a symbol and the price at the start: ETHUSDT:3000.',
      meta: { text },
    })
  const startPrice = price === undefined ? DEFAULT_PRICE : parseNumber(price, '--market')
  if (startPrice <= 0)
    throw new UsageError({
      code: 'EXCHANGE_MARKET',
      message: `"${text}" has no price above 0. Nothing was started.`,
      meta: { text },
    })
  return (['spot', 'linear'] as const).map((kind) => ({ spec: marketOfSymbol(kind, symbol, startPrice), startPrice }))
}

function faultsOf(what: string, seed: number, cwd: string): FaultSchedule | undefined {
  if (what === 'none') return undefined
  if (what === 'light' || what === 'harsh') return faultPreset(what, seed)
  let text: string
  try {
    text = readFileSync(resolve(cwd, what), 'utf8')
  } catch (cause) {
    throw new UsageError({
      code: 'EXCHANGE_FAULTS',
      message: `The faults in ${what} cannot be read. Nothing was started.`,
      hint: 'Give none, light, harsh, or the path of a JSON file.',
      meta: { file: what },
      cause,
    })
  }
  return parseFaultSchedule(text)
}
