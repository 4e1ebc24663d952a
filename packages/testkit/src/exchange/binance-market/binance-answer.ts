import type { ExchangeAnswer } from '../front/dialect.ts'

/** A refusal as the venue words it: `{ "code": -1121, "msg": "Invalid symbol." }`. */
export class BinanceRefusal extends Error {
  readonly status: number
  readonly code: number

  constructor(code: number, message: string, status = 400) {
    super(message)
    this.status = status
    this.code = code
  }

  answer(): ExchangeAnswer {
    return binanceJson({ code: this.code, msg: this.message }, this.status)
  }
}

export function binanceJson(value: unknown, status = 200): ExchangeAnswer {
  return { status, headers: { 'content-type': 'application/json;charset=UTF-8' }, body: JSON.stringify(value) }
}

/** A whole number of the query, between bounds. */
export function wholeParam(query: URLSearchParams, name: string, fallback: number): number {
  const text = query.get(name)
  if (text === null) return fallback
  if (!/^\d{1,15}$/.test(text))
    throw new BinanceRefusal(-1100, `Illegal characters found in parameter '${name}'; legal range is '^[0-9]{1,20}$'.`)
  return Number(text)
}

/** A parameter that must be there. */
export function requiredParam(query: URLSearchParams, name: string): string {
  const text = query.get(name)
  if (text === null || text === '')
    throw new BinanceRefusal(-1102, `Mandatory parameter '${name}' was not sent, was empty/null, or malformed.`)
  return text
}
