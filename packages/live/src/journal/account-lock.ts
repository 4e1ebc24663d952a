import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { KestrelError } from '@kestrel/core'
import { openPrivateDatabase } from './private-database.ts'

/**
 * Holds an account for this process. The lock is one of the operating system on an open file, so that it ends with the
 * process, however that ends.
 */
export class AccountLock {
  readonly #db: DatabaseSync

  /**
   * @param folder - Where the locks of this machine lie; it exists.
   * @param account - Names the account without a secret, such as `BINANCE-3f9a01`.
   * @param holder - What somebody else is told who wants the account: session and process.
   * @throws KestrelError `LIVE_ACCOUNT_HELD` where another process holds it.
   */
  constructor(folder: string, account: string, holder: string) {
    const db = openPrivateDatabase(join(folder, `${account}.lock`), { timeout: 0 })
    try {
      // The first statement takes the lock and, in this mode, never gives it back.
      db.exec('PRAGMA locking_mode=EXCLUSIVE; BEGIN EXCLUSIVE; CREATE TABLE IF NOT EXISTS holder (text TEXT); COMMIT')
    } catch (cause) {
      db.close()
      throw new KestrelError({
        code: 'LIVE_ACCOUNT_HELD',
        message: `Another process trades on the account ${account}. Nothing was sent.`,
        hint: 'Stop it first (kestrel bot list and kestrel bot stop, in its project), or use another account.',
        meta: { account },
        cause,
      })
    }
    db.exec('DELETE FROM holder')
    db.prepare('INSERT INTO holder VALUES (?)').run(holder)
    this.#db = db
  }

  release(): void {
    if (this.#db.isOpen) this.#db.close()
  }
}
