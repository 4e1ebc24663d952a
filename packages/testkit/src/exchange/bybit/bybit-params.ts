import { badParameter } from './bybit-answer.ts'

/** Parameters of a request, from the query or the body, every value as text; undefined for those that are absent or empty. */
export class BybitParams {
  readonly #values: Readonly<Record<string, unknown>>

  constructor(values: Readonly<Record<string, unknown>>) {
    this.#values = values
  }

  static ofQuery(query: URLSearchParams): BybitParams {
    return new BybitParams(Object.fromEntries(query))
  }

  /** @throws BybitRefusal 10001 where the body is no JSON object. */
  static ofBody(body: string): BybitParams {
    let value: unknown
    try {
      value = JSON.parse(body === '' ? '{}' : body)
    } catch {
      value = undefined
    }
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw badParameter('Request parameter error: the body is not a JSON object.')
    return new BybitParams(value as Record<string, unknown>)
  }

  text(name: string): string | undefined {
    const value = this.#values[name]
    if (typeof value === 'string') return value === '' ? undefined : value
    return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined
  }

  /** @throws BybitRefusal 10001 where it is absent. */
  required(name: string): string {
    const value = this.text(name)
    if (value === undefined) throw badParameter(`Missing some parameters that must be filled in, please check: ${name}`)
    return value
  }

  flag(name: string): boolean {
    return this.text(name) === 'true'
  }

  /** A whole number, held between bounds where it lies outside. */
  whole(name: string, fallback: number, least: number, most: number): number {
    const text = this.text(name)
    if (text === undefined) return fallback
    if (!/^\d{1,16}$/.test(text)) throw badParameter(`Illegal category: ${name} error.`)
    return Math.min(most, Math.max(least, Number(text)))
  }

  /** The same with further values. */
  with(more: Readonly<Record<string, unknown>>): BybitParams {
    return new BybitParams({ ...this.#values, ...more })
  }

  /** Entries of a list of objects. */
  list(name: string): BybitParams[] {
    const value = this.#values[name]
    if (!Array.isArray(value)) throw badParameter(`${name} is not a list.`)
    return value.map((entry) => new BybitParams(typeof entry === 'object' && entry !== null ? entry : {}))
  }
}
