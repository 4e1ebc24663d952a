import { createHash } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import type { TimeMs } from '@kestrel/core'
import { openPrivateDatabase } from '@kestrel/live'

/** Answers are kept this long; an older key counts as new. */
const KEEP_MS = 7 * 24 * 3_600_000

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS answers (
    actor TEXT NOT NULL,
    key TEXT NOT NULL,
    request TEXT NOT NULL,
    status INTEGER,
    body TEXT,
    begun_ms INTEGER NOT NULL,
    PRIMARY KEY (actor, key)
  ) STRICT, WITHOUT ROWID`

export interface StoredAnswer {
  readonly status: number
  readonly body: string
}

/**
 * What is known of a key: `begun` now by this call, `running` begun by another call of this process, `answered` with
 * its first answer, `different` used for another request, `unknown` begun by a process that ended before the answer.
 */
export type KeyState =
  | { readonly state: 'begun' | 'running' | 'different' | 'unknown' }
  | { readonly state: 'answered'; readonly answer: StoredAnswer }

/** First answers by the caller's key, in SQLite, so that a repeated request is not done twice, also after a restart. */
export class IdempotencyStore {
  readonly #database: DatabaseSync
  readonly #running = new Set<string>()

  /** @param path - file of the database, made where absent; `:memory:` for tests */
  constructor(path: string) {
    if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    this.#database = openPrivateDatabase(path)
    // An answer counts as given only once it is on disk.
    this.#database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 2000')
    this.#database.exec(SCHEMA)
  }

  /** Claims a key before the work is begun. On disk when it returns. */
  begin(actor: string, key: string, request: string, nowMs: TimeMs): KeyState {
    this.#database.prepare('DELETE FROM answers WHERE begun_ms < ?').run(nowMs - KEEP_MS)
    const hash = createHash('sha256').update(request).digest('hex')
    const { changes } = this.#database
      .prepare('INSERT INTO answers (actor, key, request, begun_ms) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING')
      .run(actor, key, hash, nowMs)
    if (changes === 1) {
      this.#running.add(runningName(actor, key))
      return { state: 'begun' }
    }
    const row = this.#database
      .prepare('SELECT request, status, body FROM answers WHERE actor = ? AND key = ?')
      .get(actor, key) as { request: string; status: number | null; body: string | null } | undefined
    if (row === undefined) return { state: 'unknown' }
    if (row.request !== hash) return { state: 'different' }
    if (row.status !== null && row.body !== null) {
      return { state: 'answered', answer: { status: row.status, body: row.body } }
    }
    return { state: this.#running.has(runningName(actor, key)) ? 'running' : 'unknown' }
  }

  /** Keeps the answer of a key that was begun. */
  finish(actor: string, key: string, answer: StoredAnswer): void {
    this.#database
      .prepare('UPDATE answers SET status = ?, body = ? WHERE actor = ? AND key = ? AND status IS NULL')
      .run(answer.status, answer.body, actor, key)
    this.#running.delete(runningName(actor, key))
  }

  close(): void {
    this.#database.close()
  }
}

function runningName(actor: string, key: string): string {
  return `${actor} ${key}`
}
