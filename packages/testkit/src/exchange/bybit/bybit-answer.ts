import type { ExchangeAnswer } from '../front/dialect.ts'

/** A refusal in the venue's words. It arrives with HTTP status 200. */
export class BybitRefusal extends Error {
  readonly retCode: number
  readonly status: number

  constructor(retCode: number, message: string, status = 200) {
    super(message)
    this.retCode = retCode
    this.status = status
  }
}

/** The envelope of every answer. `extra` goes into `retExtInfo`. */
export function bybitAnswer(result: object, nowMs: number, extra: object = {}): ExchangeAnswer {
  return { status: 200, body: JSON.stringify({ retCode: 0, retMsg: 'OK', result, retExtInfo: extra, time: nowMs }) }
}

/** The envelope of a refusal. */
export function refusalAnswer({ retCode, message, status }: BybitRefusal, nowMs: number): ExchangeAnswer {
  return { status, body: JSON.stringify({ retCode, retMsg: message, result: {}, retExtInfo: {}, time: nowMs }) }
}

/** A parameter error, which most endpoints answer with 10001. */
export function badParameter(message: string): BybitRefusal {
  return new BybitRefusal(10001, message)
}
