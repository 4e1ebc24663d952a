/** Quote currencies, longest first where one ends in another, for symbols written without a separator. */
const QUOTES = [
  'FDUSD', 'USDT', 'USDC', 'BUSD', 'TUSD', 'USD', 'EUR', 'GBP', 'TRY', 'BRL', 'JPY', 'BTC', 'ETH', 'BNB', 'DAI',
] // prettier-ignore

export interface SymbolName {
  readonly base: string
  readonly quote: string
  readonly isPerpetual: boolean
}

/**
 * Base and quote of a venue's or library's symbol: `BTCUSDT`, `BTC-USDT`, `BTC/USDT:USDT`, `BTC_USDT_USDT`,
 * `BTC-USDT-SWAP`, `BTC-USDT-PERP`; undefined where the text does not tell (a bare `BTC`).
 */
export function parseSymbol(symbol: string): SymbolName | undefined {
  const parts = symbol
    .toUpperCase()
    .split(/[-/_:]/)
    .filter((part) => part !== '')
  const [base = '', quote, third, ...rest] = parts
  if (quote !== undefined) {
    const isPerpetual = third === quote || third === 'SWAP' || third === 'PERP'
    if (rest.length > 0 || (third !== undefined && !isPerpetual)) return undefined
    return { base, quote, isPerpetual }
  }
  const found = QUOTES.find((ending) => base.endsWith(ending) && base.length > ending.length)
  return found === undefined ? undefined : { base: base.slice(0, -found.length), quote: found, isPerpetual: false }
}
