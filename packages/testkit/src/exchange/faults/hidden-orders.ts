import type { ExchangeAnswer, ExchangeRequest } from '../front/dialect.ts'
import type { RequestKind, Vocabulary } from './vocabulary.ts'

interface HiddenOrder {
  readonly names: readonly string[]
  questionsLeft: number
}

/** Fields by which venues name orders. */
const NAME_FIELDS = new Set(['orderId', 'clientOrderId', 'origClientOrderId', 'orderLinkId', 'algoId', 'clientAlgoId'])

/** Orders that exist and that questions do not find yet. Instructions find them. */
export class HiddenOrders {
  readonly #vocabulary: Vocabulary
  #hidden: HiddenOrder[] = []

  constructor(vocabulary: Vocabulary) {
    this.#vocabulary = vocabulary
  }

  /** Hides the order that a create made, for so many questions that would have shown it. False where none was made. */
  hide(answer: ExchangeAnswer, questions: number): boolean {
    const names = this.#vocabulary.namesIn(answer)
    if (names.length === 0 || questions === 0) return false
    this.#hidden.push({ names, questionsLeft: questions })
    return true
  }

  /** The answer without what is hidden. */
  conceal(kind: RequestKind, request: ExchangeRequest, answer: ExchangeAnswer): ExchangeAnswer {
    if (this.#hidden.length === 0 || !['query-order', 'open-orders', 'order-history'].includes(kind)) return answer
    let value: unknown
    try {
      value = JSON.parse(answer.body)
    } catch {
      return answer
    }
    const met = this.#hidden.filter(({ names }) => mentions(value, names))
    if (met.length === 0) return answer
    for (const hidden of met) hidden.questionsLeft -= 1
    this.#hidden = this.#hidden.filter(({ questionsLeft }) => questionsLeft > 0)
    if (kind === 'query-order') return this.#vocabulary.refuse('order-not-found', request, 0)
    const names = met.flatMap((hidden) => hidden.names)
    return { ...answer, body: JSON.stringify(without(value, names)) }
  }
}

function isNamed(value: unknown, names: readonly string[]): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.entries(value).some(([field, name]) => NAME_FIELDS.has(field) && names.includes(String(name)))
  )
}

function mentions(value: unknown, names: readonly string[]): boolean {
  if (typeof value !== 'object' || value === null) return false
  return isNamed(value, names) || Object.values(value).some((inner) => mentions(inner, names))
}

/** The same with rows of hidden orders left out of every list. */
function without(value: unknown, names: readonly string[]): unknown {
  if (Array.isArray(value)) return value.filter((row) => !isNamed(row, names)).map((row) => without(row, names))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([field, inner]) => [field, without(inner, names)]))
}
