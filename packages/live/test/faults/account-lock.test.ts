import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { AccountLock } from '../../src/index.ts'

test('a second process on an account refuses to start, until the first is gone however it went', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kestrel-lock-'))
  const child = fork(join(import.meta.dirname, 'lock-child.ts'), [folder, 'BINANCE-3f9a01'], { execArgv: [] })
  try {
    await once(child, 'message')
    expect(() => new AccountLock(folder, 'BINANCE-3f9a01', 'second')).toThrow(
      expect.objectContaining({ code: 'LIVE_ACCOUNT_HELD' }),
    )
    // Another account of the same machine is free.
    new AccountLock(folder, 'BINANCE-77aa12', 'second').release()
    child.kill('SIGKILL')
    await once(child, 'exit')
    new AccountLock(folder, 'BINANCE-3f9a01', 'second').release()
  } finally {
    child.kill('SIGKILL')
    rmSync(folder, { recursive: true })
  }
})
