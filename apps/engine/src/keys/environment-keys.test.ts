import { expect, test } from 'vitest'
import { withoutSecrets } from './child-environment.ts'
import { environmentKeys } from './environment-keys.ts'
import { fingerprintOf } from './key-entry.ts'

const ENV = {
  PATH: '/bin',
  KESTREL_KEY_MY_BOT__VENUE: 'okx',
  KESTREL_KEY_MY_BOT__API_KEY: 'plantedApiKey01',
  KESTREL_KEY_MY_BOT__SECRET: 'plantedSecret02',
  KESTREL_KEY_MY_BOT__PASSWORD: 'plantedThird03',
  KESTREL_KEY_TELEGRAM__VALUE: 'plantedToken04',
  KESTREL_KEYS_PASSPHRASE: 'planted passphrase',
  KESTREL__SEED: '1',
}

test('reads keys of exchanges and other secrets', () => {
  expect(environmentKeys(ENV)).toEqual([
    {
      kind: 'exchange',
      name: 'my-bot',
      venue: 'okx',
      apiKey: 'plantedApiKey01',
      secret: 'plantedSecret02',
      password: 'plantedThird03',
    },
    { kind: 'secret', name: 'telegram', value: 'plantedToken04' },
  ])
})

test.each(['VENUE', 'API_KEY', 'SECRET'])('a key without %s is an error, not half a key', (part) => {
  const env = { ...ENV, [`KESTREL_KEY_MY_BOT__${part}`]: undefined }
  expect(() => environmentKeys(env)).toThrow(expect.objectContaining({ code: 'KEYS_ENTRY' }))
})

test('children get an environment without keys, passphrases and what is named like one', () => {
  const named = { TELEGRAM_TOKEN: 'x', AWS_SECRET_ACCESS_KEY: 'x', OPENAI_API_KEY: 'x', DB_PASSWORD: 'x' }
  const plain = { PATH: '/bin', KESTREL__SEED: '1', TOKENIZERS: 'fast', MONKEYS: '3' }
  expect(withoutSecrets({ ...ENV, ...named, ...plain })).toEqual(plain)
})

test('a fingerprint tells keys apart and tells nothing else', () => {
  const [key, secret] = environmentKeys(ENV)
  if (key === undefined || secret === undefined) throw new Error('no keys')
  expect(fingerprintOf(key)).toMatch(/^[0-9a-f]{12}$/)
  expect(fingerprintOf(key)).not.toBe(fingerprintOf(secret))
  expect(fingerprintOf({ ...key, name: 'other' })).toBe(fingerprintOf(key))
})
