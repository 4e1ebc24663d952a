/**
 * What fills, cuts and refusals change of the free money while bars that end together are played, by instrument.
 *
 * Nobody knows which of two instruments' events inside a bar came first, so an order finds the other instruments as they
 * stood before the bar. Where a stretch of bars is over, what happened in it is known and stands.
 */
export class InsideChanges {
  /** Index of the currency of each instrument's money. */
  readonly #currency: Int32Array
  /** Change of the free money, settle currency. */
  readonly #net: Float64Array
  /** What executions lost against the newest price, 0 or less. */
  readonly #loss: Float64Array
  #isOpen = false

  constructor(currency: Int32Array) {
    this.#currency = currency
    this.#net = new Float64Array(currency.length)
    this.#loss = new Float64Array(currency.length)
  }

  /** True while bars are being played. */
  get isOpen(): boolean {
    return this.#isOpen
  }

  begin(): void {
    this.#isOpen = true
  }

  end(): void {
    this.clear()
    this.#isOpen = false
  }

  /** What happened so far stands, as after a liquidation. */
  clear(): void {
    this.#net.fill(0)
    this.#loss.fill(0)
  }

  /** @param loss - Part of `amount` that an execution lost against the newest price, 0 or less. */
  add(instrumentIndex: number, amount: number, loss = 0): void {
    if (!this.#isOpen) return
    this.#net[instrumentIndex] = (this.#net[instrumentIndex] as number) + amount
    this.#loss[instrumentIndex] = (this.#loss[instrumentIndex] as number) + loss
  }

  /**
   * Change by the other instruments of an instrument's currency that is not to count: what they won or gave back, and what
   * they lost. What they took beyond what their orders had set aside is gone for all.
   */
  elsewhere(instrumentIndex: number): number {
    if (!this.#isOpen) return 0
    const currency = this.#currency[instrumentIndex]
    let change = 0
    for (let other = 0; other < this.#net.length; other++) {
      if (other === instrumentIndex || this.#currency[other] !== currency) continue
      change += Math.max(this.#net[other] as number, this.#loss[other] as number)
    }
    return change
  }
}
