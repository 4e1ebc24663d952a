import { createRequire } from 'node:module'
import { join, sep } from 'node:path'
import { pathToFileURL } from 'node:url'

/** A client of ccxt, as far as the benchmark watches it or uses one by itself. */
export interface CcxtClient {
  has: Record<string, unknown>
  urls: { api: Record<string, unknown> }
  options: Record<string, unknown>
  loadMarkets(): Promise<unknown>
  createOrder(symbol: string, type: string, side: string, amount: number, ...rest: unknown[]): Promise<unknown>
}

/** The class of ccxt that our gateway makes its client of: the same module of the same installation. */
export async function ccxtBinance(): Promise<{ new (config: object): CcxtClient; readonly prototype: CcxtClient }> {
  // Found from where the gateway finds it.
  const found = createRequire(import.meta.resolve('@kestrel/venues')).resolve('ccxt')
  const root = found.slice(0, found.lastIndexOf(`${sep}ccxt${sep}`))
  const file = join(root, 'ccxt', 'js', 'src', 'pro', 'binance.js')
  const loaded = (await import(pathToFileURL(file).href)) as { default: Awaited<ReturnType<typeof ccxtBinance>> }
  return loaded.default
}

/** Where Node's HTTP client tells that it hands a request to the operating system. */
export const ORDER_SENT = {
  channel: 'undici:client:sendHeaders',
  /** Whether it is the request that places an order. */
  isOne(message: unknown): boolean {
    const { request } = message as { readonly request: { readonly method: string; readonly path: string } }
    return request.method === 'POST' && request.path.includes('/order')
  },
} as const
