import { createHash } from 'node:crypto'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { KestrelError, type TimeMs } from '@kestrel/core'

/** Layout of the file; a journal of another one is not opened. */
const LAYOUT = '1'
const HASH_BYTES = 32

/** One row of the journal. */
export interface JournalEntry {
  /** 1 for the first; without a hole. */
  readonly seq: number
  /** Our clock when it was written. */
  readonly timeMs: TimeMs
  readonly kind: string
  /** JSON. */
  readonly body: string
}

/**
 * Everything that a session took in, decided, sent and heard, in order, in one SQLite file (WAL, `synchronous=FULL`). Rows
 * are only ever appended; each carries SHA-256 over the hash before it and its own text, so that a changed, removed or
 * inserted row shows.
 *
 * Rows are written into an open transaction. What must not be lost is followed by {@link commit}, which returns when it is
 * on the disk: an order is sent only after that.
 */
export class Journal {
  readonly path: string
  readonly #db: DatabaseSync
  readonly #insert: StatementSync
  readonly #put: StatementSync
  #hash: Buffer = Buffer.alloc(HASH_BYTES)
  #seq = 0
  #isOpen = false
  #isGivenUp = false

  /**
   * Opens a journal, or begins one.
   *
   * @param path - File; its folder exists.
   * @throws KestrelError `LIVE_JOURNAL` for a file that is no journal of this layout, or that another process writes.
   */
  constructor(path: string) {
    this.path = path
    try {
      this.#db = new DatabaseSync(path)
      this.#db.exec('PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL')
      this.#db.exec(
        'CREATE TABLE IF NOT EXISTS entry (seq INTEGER PRIMARY KEY, time_ms REAL NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL, hash BLOB NOT NULL) STRICT;' +
          'CREATE TABLE IF NOT EXISTS state (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;',
      )
      this.#insert = this.#db.prepare('INSERT INTO entry (seq, time_ms, kind, body, hash) VALUES (?, ?, ?, ?, ?)')
      this.#put = this.#db.prepare(
        'INSERT INTO state VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
      )
      if (this.get('layout') === undefined) this.put('layout', LAYOUT)
      this.commit()
    } catch (error) {
      throw unusable(path, 'it cannot be opened for writing', error)
    }
    if (this.get('layout') !== LAYOUT) {
      this.close()
      throw unusable(path, `its layout is ${this.get('layout')}, this version writes ${LAYOUT}`, undefined)
    }
    const last = this.#db.prepare('SELECT seq, hash FROM entry ORDER BY seq DESC LIMIT 1').get()
    if (last === undefined) return
    this.#seq = Number(last['seq'])
    this.#hash = Buffer.from(last['hash'] as Uint8Array)
  }

  /** Sequence number of the last row; 0 in a new journal. */
  get lastSeq(): number {
    return this.#seq
  }

  /** Appends a row; durable from the next {@link commit} on. Returns its sequence number. */
  append(timeMs: TimeMs, kind: string, body: unknown): number {
    this.#begin()
    const text = JSON.stringify(body)
    const seq = this.#seq + 1
    const hash = chained(this.#hash, seq, timeMs, kind, text)
    this.#insert.run(seq, timeMs, kind, text, hash)
    this.#seq = seq
    this.#hash = hash
    return seq
  }

  /** Remembers a value by name beside the rows, in the same transaction as they. */
  put(key: string, value: string): void {
    this.#begin()
    this.#put.run(key, value)
  }

  get(key: string): string | undefined {
    const row = this.#db.prepare('SELECT value FROM state WHERE key = ?').get(key)
    return row === undefined ? undefined : (row['value'] as string)
  }

  /** Returns when everything appended so far is on the disk. */
  commit(): void {
    if (!this.#isOpen) return
    this.#db.exec('COMMIT')
    this.#isOpen = false
  }

  /** Drops what is not on the disk yet and takes no more: after a write that failed, half a step must not remain. */
  giveUp(): void {
    this.#isGivenUp = true
    this.#isOpen = false
    try {
      this.#db.exec('ROLLBACK')
    } catch {
      // SQLite has rolled back by itself where the disk was full.
    }
  }

  /** Rows in order, those of the present transaction included. */
  *entries(kinds?: readonly string[]): Generator<JournalEntry> {
    const filter = kinds === undefined ? '' : `WHERE kind IN (${kinds.map(() => '?').join(', ')})`
    const rows = this.#db.prepare(`SELECT seq, time_ms, kind, body FROM entry ${filter} ORDER BY seq`)
    for (const row of rows.iterate(...(kinds ?? []))) {
      yield {
        seq: Number(row['seq']),
        timeMs: row['time_ms'] as number,
        kind: row['kind'] as string,
        body: row['body'] as string,
      }
    }
  }

  /**
   * Recomputes every hash.
   *
   * @throws KestrelError `LIVE_JOURNAL_BROKEN` naming the first row that is not what was written.
   */
  verify(): void {
    let hash: Buffer = Buffer.alloc(HASH_BYTES)
    let seq = 0
    for (const row of this.#db.prepare('SELECT * FROM entry ORDER BY seq').iterate()) {
      seq++
      hash = chained(hash, seq, row['time_ms'] as number, row['kind'] as string, row['body'] as string)
      if (Number(row['seq']) !== seq || !hash.equals(row['hash'] as Uint8Array)) {
        throw new KestrelError({
          code: 'LIVE_JOURNAL_BROKEN',
          message: `The journal ${this.path} is not what was written: row ${seq} was changed, removed or inserted. Nothing was sent.`,
          hint: 'Do not trade on it. Compare it with a backup, or start a new session, which reconciles with the venue first.',
          meta: { path: this.path, seq },
        })
      }
    }
  }

  /** Commits and closes. */
  close(): void {
    if (!this.#db.isOpen) return
    this.commit()
    this.#db.close()
  }

  #begin(): void {
    if (this.#isOpen) return
    if (this.#isGivenUp) throw unusable(this.path, 'a write failed before', undefined)
    this.#db.exec('BEGIN')
    this.#isOpen = true
  }
}

function chained(before: Uint8Array, seq: number, timeMs: TimeMs, kind: string, body: string): Buffer {
  return createHash('sha256').update(before).update(`${seq}\n${timeMs}\n${kind}\n${body}`).digest()
}

function unusable(path: string, problem: string, cause: unknown): KestrelError {
  return new KestrelError({
    code: 'LIVE_JOURNAL',
    message: `The journal ${path} cannot be used: ${problem}. Nothing was sent.`,
    hint: 'See whether another process runs this session (kestrel bot list).',
    meta: { path },
    cause,
  })
}
