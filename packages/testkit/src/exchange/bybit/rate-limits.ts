import type { ExchangeAnswer } from '../front/dialect.ts'
import { BybitRefusal } from './bybit-answer.ts'

/** Requests a second and account. Source: Bybit v5 documentation, "Rate Limit Rules". */
const PER_SECOND: readonly (readonly [name: RegExp, spot: number, linear: number])[] = [
  [/^order\/(create|amend|cancel|cancel-all)(-batch)?$/, 20, 10],
  [/^order\/(realtime|history)$/, 50, 50],
  [/^(execution|position)\/list$/, 50, 50],
  [/^position\//, 10, 10],
  [/^account\/wallet-balance$/, 50, 50],
]

const OTHERWISE = 50

/** One address may ask this often in five seconds before it is answered with 403. */
const ADDRESS_LIMIT = 600
const ADDRESS_WINDOW_MS = 5_000

/** Counts requests in whole seconds of the venue's clock. */
export class BybitRateLimits {
  readonly #isOn: boolean
  readonly #counts = new Map<string, number>()
  #secondMs = -1
  #addressStartMs = -1
  #addressCount = 0

  /** @param isOn - False lets everything pass; the headers still count. */
  constructor(isOn: boolean) {
    this.#isOn = isOn
  }

  /** Answer to an address that asks too often, whoever it is; undefined where it may go on. */
  refuseAddress(nowMs: number): ExchangeAnswer | undefined {
    if (nowMs - this.#addressStartMs >= ADDRESS_WINDOW_MS) {
      this.#addressStartMs = nowMs
      this.#addressCount = 0
    }
    this.#addressCount += 1
    if (!this.#isOn || this.#addressCount <= ADDRESS_LIMIT) return undefined
    return { status: 403, headers: { 'content-type': 'text/plain' }, body: '403, access too frequent' }
  }

  /**
   * Counts one request of an account.
   *
   * @returns The headers that tell the account where it stands.
   * @throws BybitRefusal 10006 above the limit; its answer carries no headers.
   */
  count(accountId: string, name: string, category: string, nowMs: number): Readonly<Record<string, string>> {
    const secondMs = Math.floor(nowMs / 1_000) * 1_000
    if (secondMs !== this.#secondMs) {
      this.#counts.clear()
      this.#secondMs = secondMs
    }
    const rule = PER_SECOND.find(([pattern]) => pattern.test(name))
    const limit = rule === undefined ? OTHERWISE : rule[category === 'spot' ? 1 : 2]
    const counter = `${accountId} ${name} ${category}`
    const used = (this.#counts.get(counter) ?? 0) + 1
    this.#counts.set(counter, used)
    if (this.#isOn && used > limit) throw new BybitRefusal(10006, 'Too many visits. Exceeded the API Rate Limit.')
    return {
      'X-Bapi-Limit': String(limit),
      'X-Bapi-Limit-Status': String(Math.max(0, limit - used)),
      'X-Bapi-Limit-Reset-Timestamp': String(secondMs + 1_000),
    }
  }
}
