import type { DatabaseSync } from 'node:sqlite'
import { setTimeout as wait } from 'node:timers/promises'
import { KestrelError, type TimeMs } from '@kestrel/core'
import { openPrivateDatabase } from '@kestrel/live'

/** What another process may ask of a running session. */
export type ControlCommand = 'pause' | 'resume' | 'reduce' | 'stop' | 'cancel-all' | 'flatten' | 'reset-risk'

/** What a session said to a command. */
export interface ControlAnswer {
  readonly text: string
  /** True where it did not do it. */
  readonly isRefused: boolean
}

export interface ControlRequest {
  readonly id: number
  readonly command: ControlCommand
  readonly reason: string
}

/** Commands that other processes leave for a session, in a file of their own: the journal belongs to the session alone. */
export class SessionControl implements Disposable {
  readonly #db: DatabaseSync

  /** @throws KestrelError `SESSION_DAMAGED` for a file that is none of commands. */
  constructor(path: string) {
    this.#db = openPrivateDatabase(path, { timeout: 2_000 })
    try {
      this.#db.exec('PRAGMA journal_mode=WAL')
      this.#db.exec(
        'CREATE TABLE IF NOT EXISTS command (id INTEGER PRIMARY KEY, time_ms REAL NOT NULL, command TEXT NOT NULL, reason TEXT NOT NULL, answer TEXT) STRICT',
      )
      const columns = this.#db.prepare('SELECT name FROM pragma_table_info(?)').all('command')
      // A file of before has no such column.
      if (!columns.some((column) => column['name'] === 'refused'))
        this.#db.exec('ALTER TABLE command ADD COLUMN refused INTEGER NOT NULL DEFAULT 0')
    } catch (cause) {
      this.#db.close()
      throw new KestrelError({
        code: 'SESSION_DAMAGED',
        message: `${path} is damaged: commands for the session cannot be left there.`,
        hint: 'It holds nothing but commands that wait: remove it while the session is not running.',
        meta: { path },
        cause,
      })
    }
  }

  /** Leaves a command. Returns its number. */
  ask(command: ControlCommand, reason: string, nowMs: TimeMs): number {
    const { lastInsertRowid } = this.#db
      .prepare('INSERT INTO command (time_ms, command, reason) VALUES (?, ?, ?)')
      .run(nowMs, command, reason)
    return Number(lastInsertRowid)
  }

  /** Resolves with what the session answered; undefined where it did not in time. The command is taken back then. */
  async answer(id: number, withinMs: number): Promise<ControlAnswer | undefined> {
    for (let waitedMs = 0; waitedMs <= withinMs; waitedMs += 50) {
      const row = this.#db.prepare('SELECT answer, refused FROM command WHERE id = ?').get(id)
      if (typeof row?.['answer'] === 'string') return { text: row['answer'], isRefused: row['refused'] === 1 }
      await wait(50)
    }
    this.#db.prepare('DELETE FROM command WHERE id = ? AND answer IS NULL').run(id)
    return undefined
  }

  /** Commands that nobody has answered, oldest first. */
  waiting(): readonly ControlRequest[] {
    return this.#db
      .prepare('SELECT id, command, reason FROM command WHERE answer IS NULL ORDER BY id')
      .all()
      .map((row) => ({
        id: Number(row['id']),
        command: row['command'] as ControlCommand,
        reason: row['reason'] as string,
      }))
  }

  done(id: number, { text, isRefused }: ControlAnswer): void {
    this.#db.prepare('UPDATE command SET answer = ?, refused = ? WHERE id = ?').run(text, isRefused ? 1 : 0, id)
  }

  [Symbol.dispose](): void {
    this.#db.close()
  }
}
