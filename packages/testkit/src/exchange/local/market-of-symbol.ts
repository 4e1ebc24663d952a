import { UsageError } from '@kestrel/core'
import type { MarketKind, MarketSpec } from '../core/market-spec.ts'
import { EXAMPLE_PERPETUAL, EXAMPLE_SPOT } from '../flow/example-markets.ts'

const QUOTES = ['USDT', 'USDC', 'USD', 'EUR', 'BTC', 'ETH']

/**
 * A market for a symbol and a price: steps as venues choose them, about a tenth of a basis point for the price and a tenth of a
 * quote unit for the quantity. BTCUSDT is the example market with the steps of the real one.
 *
 * @throws UsageError `TESTKIT_SYMBOL` where the symbol does not end in a known quote currency.
 */
export function marketOfSymbol(kind: MarketKind, symbol: string, startPrice: number): MarketSpec {
  const example = kind === 'spot' ? EXAMPLE_SPOT : EXAMPLE_PERPETUAL
  if (symbol === example.symbol) return example
  const quote = QUOTES.find((name) => symbol.length > name.length && symbol.endsWith(name))
  if (quote === undefined || !/^[A-Z0-9]{3,20}$/.test(symbol) || !(startPrice > 0 && Number.isFinite(startPrice)))
    throw new UsageError({
      code: 'TESTKIT_SYMBOL',
      message: `There can be no market ${symbol} at ${startPrice}.`,
      hint: `Write base and quote in capitals, ending in ${QUOTES.join(', ')}, and a price above 0: ETHUSDT:3000.`,
      meta: { symbol, startPrice },
    })
  const magnitude = Math.floor(Math.log10(startPrice))
  return {
    kind,
    symbol,
    base: symbol.slice(0, -quote.length),
    quote,
    tickSize: stepText(magnitude - 5),
    lotSize: stepText(-magnitude - 1),
    minNotional: '5',
    priceBand: example.priceBand ?? { up: 2, down: 0.5 },
    makerFeeRate: example.makerFeeRate,
    takerFeeRate: example.takerFeeRate,
    ...(example.marginSteps === undefined ? {} : { marginSteps: example.marginSteps }),
  }
}

function stepText(power: number): string {
  return power >= 0 ? String(10 ** power) : (10 ** power).toFixed(-power)
}
