import type { DecimalStep } from '@kestrel/core'
import { BinanceRefusal } from '../binance-market/binance-answer.ts'

/** Parameters of a request, from its address and its body. Reading one that cannot be used throws the venue's refusal. */
export class BinanceParams {
  readonly #values: URLSearchParams

  constructor(values: URLSearchParams) {
    this.#values = values
  }

  /** Undefined where it is missing or empty. */
  text(name: string): string | undefined {
    const text = this.#values.get(name)
    return text === null || text === '' ? undefined : text
  }

  required(name: string): string {
    const text = this.text(name)
    if (text === undefined) throw missing(name)
    return text
  }

  whole(name: string): number | undefined {
    const text = this.text(name)
    if (text === undefined) return undefined
    if (!/^\d{1,16}$/.test(text)) throw illegal(name, '^[0-9]{1,20}$')
    return Number(text)
  }

  flag(name: string): boolean {
    return this.text(name)?.toLowerCase() === 'true'
  }

  /** One of the words the venue knows. */
  word<T extends string>(name: string, words: readonly T[], refusal: BinanceRefusal): T | undefined {
    const text = this.text(name)
    if (text === undefined) return undefined
    const word = words.find((known) => known === text)
    if (word === undefined) throw refusal
    return word
  }

  /** A positive decimal, as text. */
  decimal(name: string): string | undefined {
    const text = this.text(name)
    if (text === undefined) return undefined
    if (!/^\d{1,20}(\.\d{1,20})?$/.test(text)) throw illegal(name, '^([0-9]{1,20})(\\.[0-9]{1,20})?$')
    return text
  }
}

/** The refusal of a parameter that must be there. */
export function missing(name: string): BinanceRefusal {
  return new BinanceRefusal(-1102, `Mandatory parameter '${name}' was not sent, was empty/null, or malformed.`)
}

function illegal(name: string, range: string): BinanceRefusal {
  return new BinanceRefusal(-1100, `Illegal characters found in parameter '${name}'; legal range is '${range}'.`)
}

/** Whole number of steps of a decimal text, exactly; undefined where it lies between two. */
export function stepsOf(text: string, step: DecimalStep): number | undefined {
  const [whole = '0', fraction = ''] = text.split('.')
  const digits = BigInt(whole + fraction) * BigInt(step.scale)
  const unit = 10n ** BigInt(fraction.length) * BigInt(step.mantissa)
  return digits % unit === 0n ? Number(digits / unit) : undefined
}
