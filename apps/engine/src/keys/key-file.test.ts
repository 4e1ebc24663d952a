import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { KeyEntry } from './key-entry.ts'
import { addKey, readKeyFile, removeKey } from './key-file.ts'

const PASSPHRASE = 'four words picked by dice'
const MAIN: KeyEntry = {
  kind: 'exchange',
  name: 'main',
  venue: 'binance',
  apiKey: 'plantedApiKey01',
  secret: 'plantedSecret02',
}
const BOT: KeyEntry = { kind: 'secret', name: 'bot', value: 'plantedToken03' }

function freshPath(): string {
  return join(mkdtempSync(join(tmpdir(), 'kestrel-keys-')), '.kestrel', 'keys.json')
}

test('keeps keys by name, readable by the owner only, with nothing of them in the clear', async () => {
  const path = freshPath()
  await addKey(path, PASSPHRASE, MAIN, false, 10)
  await addKey(path, PASSPHRASE, BOT, false, 10)
  expect(await readKeyFile(path, PASSPHRASE, 10)).toEqual([BOT, MAIN])
  const text = readFileSync(path, 'utf8')
  for (const hidden of ['main', 'binance', 'plantedApiKey01', 'plantedSecret02', 'plantedToken03', PASSPHRASE]) {
    expect(text).not.toContain(hidden)
  }
  if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(readdirSync(join(path, '..'))).toEqual(['keys.json'])
  await removeKey(path, PASSPHRASE, 'main', 10)
  expect(await readKeyFile(path, PASSPHRASE, 10)).toEqual([BOT])
})

test('a name is taken once unless it is replaced', async () => {
  const path = freshPath()
  await addKey(path, PASSPHRASE, MAIN, false, 10)
  await expect(addKey(path, PASSPHRASE, { ...MAIN, secret: 'another' }, false, 10)).rejects.toMatchObject({
    code: 'KEYS_EXISTS',
  })
  await addKey(path, PASSPHRASE, { ...MAIN, secret: 'another' }, true, 10)
  expect(await readKeyFile(path, PASSPHRASE, 10)).toEqual([{ ...MAIN, secret: 'another' }])
})

test('a wrong passphrase changes nothing', async () => {
  const path = freshPath()
  await addKey(path, PASSPHRASE, MAIN, false, 10)
  const before = readFileSync(path, 'utf8')
  const wrong = 'not the passphrase'
  for (const change of [
    async () => await addKey(path, wrong, BOT, false, 10),
    async () => await removeKey(path, wrong, 'main', 10),
  ]) {
    await expect(change()).rejects.toMatchObject({ code: 'KEYS_PASSPHRASE' })
  }
  expect(readFileSync(path, 'utf8')).toBe(before)
})

test('a short passphrase makes no file', async () => {
  const path = freshPath()
  await expect(addKey(path, 'short', MAIN, false, 10)).rejects.toMatchObject({ code: 'KEYS_PASSPHRASE_SHORT' })
  expect(existsSync(path)).toBe(false)
})

test.skipIf(process.platform === 'win32').each([[0o644], [0o640], [0o606]])(
  'a file with mode %o is refused with the command that mends it',
  async (mode) => {
    const path = freshPath()
    await addKey(path, PASSPHRASE, BOT, false, 10)
    chmodSync(path, mode)
    await expect(readKeyFile(path, PASSPHRASE, 10)).rejects.toMatchObject({
      name: 'UsageError',
      code: 'FILE_PERMISSIONS',
      hint: `chmod 600 ${path}`,
    })
  },
)

test('an unknown name names those that there are', async () => {
  const path = freshPath()
  await addKey(path, PASSPHRASE, BOT, false, 10)
  await expect(removeKey(path, PASSPHRASE, 'nobody', 10)).rejects.toMatchObject({
    code: 'KEYS_UNKNOWN',
    hint: 'There are: bot.',
  })
})

test("a temporary file that a crash left behind is in nobody's way", async () => {
  const path = freshPath()
  await addKey(path, PASSPHRASE, BOT, false, 10)
  writeFileSync(join(path, '..', `.keys.json.${process.pid}.new`), 'half')
  await addKey(path, PASSPHRASE, MAIN, false, 10)
  expect(await readKeyFile(path, PASSPHRASE, 10)).toHaveLength(2)
})

test.each([
  [{ ...MAIN, name: 'Main' }, 'name'],
  [{ ...MAIN, secret: '' }, 'secret'],
  [{ ...MAIN, venue: 'Binance US' }, 'venue'],
])('an entry without a usable form names the field and not its value', async (entry, field) => {
  const failure = addKey(freshPath(), PASSPHRASE, entry, false, 10)
  await expect(failure).rejects.toMatchObject({ code: 'KEYS_ENTRY', meta: { field } })
  await expect(failure).rejects.not.toThrow(/planted/)
})
