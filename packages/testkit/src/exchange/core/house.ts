/**
 * What does not belong to an account: the endless money of anonymous participants, fees taken, the insurance fund, and what
 * came in from outside. Sums by asset in 10^-8 units, so that the whole exchange can be audited to the last atom.
 */
export class House {
  readonly #rows = {
    foreign: new Map<string, bigint>(),
    fees: new Map<string, bigint>(),
    insurance: new Map<string, bigint>(),
  }
  readonly #outside = new Map<string, bigint>()

  /** Adds to a row. */
  book(row: 'foreign' | 'fees' | 'insurance', asset: string, atoms: bigint): void {
    const sums = this.#rows[row]
    sums.set(asset, (sums.get(asset) ?? 0n) + atoms)
  }

  /** Money that came in from outside (positive) or left. */
  deposit(asset: string, atoms: bigint): void {
    this.#outside.set(asset, (this.#outside.get(asset) ?? 0n) + atoms)
  }

  /** Sum of the rows of an asset; with the accounts' money it must equal {@link House.deposited}. */
  held(asset: string): bigint {
    return Object.values(this.#rows).reduce((sum, row) => sum + (row.get(asset) ?? 0n), 0n)
  }

  deposited(asset: string): bigint {
    return this.#outside.get(asset) ?? 0n
  }

  fees(asset: string): bigint {
    return this.#rows.fees.get(asset) ?? 0n
  }

  insurance(asset: string): bigint {
    return this.#rows.insurance.get(asset) ?? 0n
  }
}
