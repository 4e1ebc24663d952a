import type { Balance } from './account-types.ts'

interface Purse {
  free: bigint
  locked: bigint
}

/** Assets of an account in 10^-8 units: free, and locked in open spot orders. Remembers what moved since the last report. */
export class Wallet {
  readonly #purses = new Map<string, Purse>()
  readonly #before = new Map<string, bigint>()

  #touch(asset: string): Purse {
    let purse = this.#purses.get(asset)
    if (purse === undefined) {
      purse = { free: 0n, locked: 0n }
      this.#purses.set(asset, purse)
    }
    if (!this.#before.has(asset)) this.#before.set(asset, purse.free + purse.locked)
    return purse
  }

  free(asset: string): bigint {
    return this.#purses.get(asset)?.free ?? 0n
  }

  total(asset: string): bigint {
    const purse = this.#purses.get(asset)
    return purse === undefined ? 0n : purse.free + purse.locked
  }

  /** Adds to what is free; a negative amount takes away. A margin wallet may fall below 0 by a loss, spot never does. */
  add(asset: string, atoms: bigint): void {
    this.#touch(asset).free += atoms
  }

  /** Moves free money into the lock; a negative amount releases it. */
  lock(asset: string, atoms: bigint): void {
    const purse = this.#touch(asset)
    purse.free -= atoms
    purse.locked += atoms
  }

  /** Every asset ever held, by name. */
  balances(): Balance[] {
    return [...this.#purses]
      .map(([asset, { free, locked }]) => ({ asset, free, locked }))
      .sort((a, b) => (a.asset < b.asset ? -1 : 1))
  }

  /** What was touched since the last call: how it stands now and by how much its total moved. */
  takeChanges(): (Balance & { readonly delta: bigint })[] {
    const changes = [...this.#before].map(([asset, before]) => {
      const { free, locked } = this.#touch(asset)
      return { asset, free, locked, delta: free + locked - before }
    })
    this.#before.clear()
    return changes
  }
}
