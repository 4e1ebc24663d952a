import { expect, test } from 'vitest'
import { openText, sealText } from './sealed-text.ts'

// oxlint-disable-next-line typescript/no-explicit-any -- the tests break the file at any place
type Anything = any

const PASSPHRASE = 'four words picked by dice'
const TEXT = '{"entries":["schlüssel"]}'
/** Cheap ones, since each sealing and opening at full cost takes some tenths of a second, as it should. */
const CHEAP = 10
const sealed = await sealText(TEXT, PASSPHRASE, CHEAP)

function changed(change: (file: Anything) => void): string {
  const file: Anything = JSON.parse(sealed)
  change(file)
  return JSON.stringify(file)
}

/** The same base64 with one bit of a byte flipped. */
function flipped(base64: string, index: number): string {
  const bytes = Buffer.from(base64, 'base64')
  const at = index < 0 ? bytes.length + index : index
  bytes.writeUInt8((bytes[at] ?? 0) ^ 1, at)
  return bytes.toString('base64')
}

test('opens with its passphrase, however that is composed of characters', async () => {
  expect(await openText(sealed, PASSPHRASE, 'k', CHEAP)).toBe(TEXT)
  const accented = await sealText('x', 'passwörter sind lang')
  expect(await openText(accented, 'passwo\u0308rter sind lang', 'k')).toBe('x')
})

test('states its parameters, scrypt at 2^17 or more and AES-256-GCM, and nothing of the text', async () => {
  expect(JSON.parse(await sealText(TEXT, PASSPHRASE))).toMatchObject({
    format: 'kestrel-keys',
    version: 1,
    kdf: { name: 'scrypt', log2Cost: 17, blockSize: 8, parallel: 1 },
    cipher: { name: 'aes-256-gcm' },
  })
  expect(sealed).not.toContain('entries')
})

test('salt and nonce are new each time', async () => {
  const again = JSON.parse(await sealText(TEXT, PASSPHRASE, CHEAP)) as {
    kdf: { salt: string }
    cipher: { nonce: string }
  }
  const first = JSON.parse(sealed) as typeof again
  expect(again.kdf.salt).not.toBe(first.kdf.salt)
  expect(again.cipher.nonce).not.toBe(first.cipher.nonce)
})

test('a wrong passphrase says so and names no secret', async () => {
  const failure = openText(sealed, 'another passphrase', 'keys.json', CHEAP)
  await expect(failure).rejects.toMatchObject({
    name: 'UsageError',
    code: 'KEYS_PASSPHRASE',
    meta: { file: 'keys.json' },
  })
  await expect(failure).rejects.not.toThrow(/another passphrase/)
})

test.each([
  ['the first byte of the text', (file: Anything) => (file.sealed = flipped(file.sealed, 0))],
  ['the last byte of the tag', (file: Anything) => (file.sealed = flipped(file.sealed, -1))],
  ['the nonce', (file: Anything) => (file.cipher.nonce = flipped(file.cipher.nonce, 3))],
  ['the salt', (file: Anything) => (file.kdf.salt = flipped(file.kdf.salt, 3))],
  ['the cost', (file: Anything) => (file.kdf.log2Cost = 11)],
  ['a shorter text', (file: Anything) => (file.sealed = file.sealed.slice(0, 24))],
])('a change of %s is found', async (_what, change) => {
  await expect(openText(changed(change), PASSPHRASE, 'k', CHEAP)).rejects.toMatchObject({ code: 'KEYS_PASSPHRASE' })
})

test.each([
  ['a weaker cost', (file: Anything) => (file.kdf.log2Cost = 16), 'KEYS_FILE'],
  ['a cost that would take all memory', (file: Anything) => (file.kdf.log2Cost = 30), 'KEYS_FILE'],
  ['another cipher', (file: Anything) => (file.cipher.name = 'aes-256-ctr'), 'KEYS_FILE'],
  ['a newer version', (file: Anything) => (file.version = 2), 'KEYS_VERSION'],
])('%s is refused before any work', async (_what, change, code) => {
  await expect(openText(changed(change), PASSPHRASE, 'k')).rejects.toMatchObject({ code })
})

test.each([[''], ['{}'], ['null'], ['[1'], ['keys']])('%s is no key file', async (text) => {
  await expect(openText(text, PASSPHRASE, 'k')).rejects.toMatchObject({ code: 'KEYS_FILE' })
})
