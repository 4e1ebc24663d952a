/**
 * Fees that a spot venue takes out of the base currency that was bought: of ten coins bought 9.99 arrive.
 *
 * The kernel holds whole lots, so a fee is booked as lots that did not arrive, paid for with the fee: money and coins are then
 * those of the venue, and what is held can be sold in full. Fractions of a lot are carried on: never more is booked than arrived.
 */
export class FeeInBase {
  /** Base units still to be taken off, by instrument; negative where more was taken off than was due. */
  readonly #owed = new Map<string, number>()

  /** Base units that are still to be taken off the books: negative where more was taken off than the venue took. */
  owed(instrument: string): number {
    return this.#owed.get(instrument) ?? 0
  }

  /**
   * Lots of a purchase that did not arrive.
   *
   * @param lots - Bought.
   * @param amount - Fee in base units.
   * @param lotSize - Base units of a lot.
   */
  lotsLost(instrument: string, lots: number, amount: number, lotSize: number): number {
    const owed = (this.#owed.get(instrument) ?? 0) + amount
    // A fee that is a whole number of lots must not become one more by the last digit.
    const lost = Math.min(lots - 1, Math.max(0, Math.ceil(owed / lotSize - 1e-9)))
    this.#owed.set(instrument, owed - lost * lotSize)
    return lost
  }
}
