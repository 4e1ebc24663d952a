import type { CcxtExchange } from './ccxt-exchange.ts'

/** What is known of the answers to one call, which may have sent several requests at once. */
interface Answers {
  /** HTTP status of the last answer, 0 before one. */
  status: number
  /** True where an answer had a body and is not JSON. */
  isCutOff: boolean
}

const ANSWERS = new WeakMap<CcxtExchange, Answers>()

/**
 * Watches the answers of an exchange for what ccxt keeps to itself.
 *
 * Some of its exchanges make the same error of a limit on requests, an outage and a bad request, so the status is noted. An
 * answer that is no JSON is handed on as text, of which the parsers make empty lists: no markets, no rows.
 */
export function watchAnswers(exchange: CcxtExchange): void {
  const answers: Answers = { status: 0, isCutOff: false }
  ANSWERS.set(exchange, answers)
  const [hook, parse] = [exchange.onRestResponse.bind(exchange), exchange.parseJson.bind(exchange)]
  exchange.onRestResponse = (status, ...rest) => {
    answers.status = status
    return hook(status, ...rest)
  }
  exchange.parseJson = (body) => {
    const parsed = parse(body)
    if (parsed === undefined && typeof body === 'string' && body !== '') answers.isCutOff = true
    return parsed
  }
}

/** What was seen since {@link forgetAnswers}. */
export function answersOf(exchange: CcxtExchange): Readonly<Answers> {
  return ANSWERS.get(exchange) ?? { status: 0, isCutOff: false }
}

/** Forgets what was seen, so that one call's answers are not taken for another's. */
export function forgetAnswers(exchange: CcxtExchange): void {
  const answers = ANSWERS.get(exchange)
  if (answers === undefined) return
  answers.status = 0
  answers.isCutOff = false
}
