import type { ExchangeDialect } from './dialect.ts'

/**
 * Makes every signed request look as if it had arrived when it was signed. For an exchange whose time is not the machine's: its
 * clients sign with the machine's, and would be outside of every window. Binance names the moment `timestamp`.
 */
export function trustTimestamps(dialect: ExchangeDialect): ExchangeDialect {
  return {
    handle(request) {
      const text = request.query.get('timestamp') ?? /(?:^|&)timestamp=(\d+)/.exec(request.body)?.[1]
      return dialect.handle(text === undefined ? request : { ...request, receivedMs: Number(text) })
    },
    openStream(path, query, send, hangUp) {
      const session = dialect.openStream(path, query, send, hangUp)
      if (session === undefined) return undefined
      return {
        message(text, receivedMs) {
          const signedMs = /"timestamp":\s*"?(\d+)/.exec(text)?.[1]
          session.message(text, signedMs === undefined ? receivedMs : Number(signedMs))
        },
        close: () => session.close(),
      }
    },
  }
}
