import { hash as digestOf } from 'node:crypto'
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { KestrelError, type TimeMs } from '@kestrel/core'
import { openPrivateDatabase } from './private-database.ts'

/** Layout of the file; a journal of another one is not opened. */
const LAYOUT = '1'
const HASH_BYTES = 32
/** Rows that are read at once: one by one each costs a call into SQLite and back. */
const ROWS_AT_ONCE = 512
/** Bytes of UTF-8 that one unit of a string takes at most. */
const MOST_BYTES = 3

/** How far a journal has come: kept elsewhere, it shows a journal whose last rows are gone. */
export interface JournalHead {
  readonly seq: number
  /** Of that row, hexadecimal. */
  readonly hash: string
}

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
  /** Where a row's text is put together with the hash before it. */
  #scratch: Buffer = Buffer.allocUnsafe(4_096)
  #headSeq = 0
  #headHash: Buffer = this.#hash
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
      this.#db = openPrivateDatabase(path)
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
    const layout = this.get('layout')
    if (layout !== LAYOUT) {
      this.close()
      throw new KestrelError({
        code: 'LIVE_JOURNAL',
        message: `The journal ${path} cannot be used: its layout is ${layout}, this version of Kestrel writes ${LAYOUT}. Nothing was sent.`,
        hint: 'Go on with the version of Kestrel that wrote it, or begin another session (--id).',
        meta: { path, layout },
      })
    }
    const last = this.#db.prepare('SELECT seq, hash FROM entry ORDER BY seq DESC LIMIT 1').get()
    if (last === undefined) return
    this.#seq = Number(last['seq'])
    this.#hash = Buffer.from(last['hash'] as Uint8Array)
    this.#markHead()
  }

  /** Sequence number of the last row; 0 in a new journal. */
  get lastSeq(): number {
    return this.#seq
  }

  /** The last row that is on the disk. */
  get head(): JournalHead {
    return { seq: this.#headSeq, hash: this.#headHash.toString('hex') }
  }

  /**
   * @param head - What the journal had come to when somebody last looked.
   * @throws KestrelError `LIVE_JOURNAL_BROKEN` where it has not come so far, or on another way.
   */
  requireHead({ seq, hash }: JournalHead): void {
    if (seq === 0) return
    const row = this.#db.prepare('SELECT hash FROM entry WHERE seq = ?').get(seq)
    if (row !== undefined && Buffer.from(row['hash'] as Uint8Array).toString('hex') === hash) return
    throw new KestrelError({
      code: 'LIVE_JOURNAL_BROKEN',
      message: `The journal ${this.path} is not what was written: it had ${seq} rows, and ${row === undefined ? `has ${this.#seq}` : `row ${seq} is another one`}. Nothing was sent.`,
      hint: 'Do not trade on it: what it lacks may be at the venue. Bring the newest copy back, or start a new session (--id), which reconciles with the venue first.',
      meta: { path: this.path, seq, lastSeq: this.#seq },
    })
  }

  /** Appends a row; durable from the next {@link commit} on. Returns its sequence number. */
  append(timeMs: TimeMs, kind: string, body: unknown): number {
    this.#begin()
    const text = JSON.stringify(body)
    const seq = this.#seq + 1
    const hash = this.#chained(this.#hash, seq, timeMs, kind, text)
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
    this.#markHead()
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

  /** The newest row of a kind; undefined where there is none. */
  last(kind: string): JournalEntry | undefined {
    const sql = 'SELECT seq, time_ms, body FROM entry WHERE kind = ? ORDER BY seq DESC LIMIT 1'
    const row = this.#db.prepare(sql).get(kind)
    if (row === undefined) return undefined
    return { seq: Number(row['seq']), timeMs: row['time_ms'] as number, kind, body: row['body'] as string }
  }

  /** Rows in order, those of the present transaction included; what is appended meanwhile is not among them. */
  *entries(kinds?: readonly string[]): Generator<JournalEntry> {
    const filter = kinds === undefined ? '' : `AND kind IN (${kinds.map(() => '?').join(', ')})`
    for (const [seq, timeMs, kind, body] of this.#rows('seq, time_ms, kind, body', filter, kinds)) {
      yield { seq, timeMs, kind, body }
    }
  }

  /**
   * Rows as {@link entries} gives them, each after its hash was recomputed, rows of other kinds included.
   *
   * @throws KestrelError `LIVE_JOURNAL_BROKEN` as {@link verify}, before that row is given.
   */
  *verifiedEntries(kinds: readonly string[]): Generator<JournalEntry> {
    let hash: Buffer = Buffer.alloc(HASH_BYTES)
    let expected = 0
    for (const [seq, timeMs, kind, body, written] of this.#rows('seq, time_ms, kind, body, hash')) {
      expected++
      hash = this.#chained(hash, expected, timeMs, kind, body)
      if (seq !== expected || !hash.equals(written)) throw broken(this.path, expected)
      if (kinds.includes(kind)) yield { seq, timeMs, kind, body }
    }
  }

  /**
   * Recomputes every hash.
   *
   * @throws KestrelError `LIVE_JOURNAL_BROKEN` naming the first row that is not what was written.
   */
  verify(): void {
    // None is of no kind, so that it goes on to the end.
    this.verifiedEntries([]).next()
  }

  /** @param filter - Further condition, with values for its question marks. */
  *#rows(columns: string, filter = '', values: readonly string[] = []): Generator<Row> {
    const last = this.#seq
    const statement = this.#db.prepare(
      `SELECT ${columns} FROM entry WHERE seq > ? AND seq <= ? ${filter} ORDER BY seq LIMIT ${ROWS_AT_ONCE}`,
    )
    statement.setReturnArrays(true)
    for (let seq = -Infinity; ;) {
      const rows = statement.all(seq, last, ...values) as unknown as Row[]
      yield* rows
      if (rows.length < ROWS_AT_ONCE) return
      seq = (rows.at(-1) as Row)[0]
    }
  }

  /** Hash of a row, over the hash before it. */
  #chained(before: Uint8Array, seq: number, timeMs: TimeMs, kind: string, body: string): Buffer {
    const text = `${seq}\n${timeMs}\n${kind}\n${body}`
    const most = HASH_BYTES + text.length * MOST_BYTES
    if (this.#scratch.length < most) this.#scratch = Buffer.allocUnsafe(2 * most)
    const scratch = this.#scratch
    scratch.set(before)
    const length = HASH_BYTES + scratch.write(text, HASH_BYTES)
    return digestOf('sha256', scratch.subarray(0, length), 'buffer')
  }

  /** Commits and closes. */
  close(): void {
    if (!this.#db.isOpen) return
    this.commit()
    this.#db.close()
  }

  #markHead(): void {
    this.#headSeq = this.#seq
    this.#headHash = this.#hash
  }

  #begin(): void {
    if (this.#isOpen) return
    if (this.#isGivenUp) throw unusable(this.path, 'a write failed before', undefined)
    this.#db.exec('BEGIN')
    this.#isOpen = true
  }
}

/** What SQLite gives of a row, hash last where it is asked for. */
type Row = readonly [seq: number, timeMs: TimeMs, kind: string, body: string, hash: Uint8Array]

function broken(path: string, seq: number): KestrelError {
  return new KestrelError({
    code: 'LIVE_JOURNAL_BROKEN',
    message: `The journal ${path} is not what was written: row ${seq} was changed, removed or inserted. Nothing was sent.`,
    hint: 'Do not trade on it. Compare it with a backup, or start a new session, which reconciles with the venue first.',
    meta: { path, seq },
  })
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
