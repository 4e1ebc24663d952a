import { ManualClock } from '@kestrel/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createLogger } from './logger.ts'
import { Redactor } from './redactor.ts'

describe('what it was told of', () => {
  test('is taken out in plain, URL-encoded, JSON-escaped and base64 form', () => {
    const redactor = new Redactor()
    const secret = 'a/b+c"d=e\\f g'
    redactor.keep(secret)
    const text = [
      secret,
      encodeURIComponent(secret),
      JSON.stringify({ secret }),
      Buffer.from(secret).toString('base64'),
    ].join(' | ')
    const clean = redactor.text(text)
    expect(clean).not.toContain('a/b')
    expect(clean).not.toContain(encodeURIComponent(secret))
    expect(clean).not.toContain(Buffer.from(secret).toString('base64'))
  })

  test('is taken out of a log line wherever it stands, in errors and their causes too', () => {
    const redactor = new Redactor()
    redactor.keep('plantedSecret02')
    const lines: string[] = []
    const logger = createLogger({ write: (line) => lines.push(line), clock: new ManualClock(0), redactor })
    const cause = new Error('cause plantedSecret02')
    logger.error('failed plantedSecret02', {
      error: new Error('x plantedSecret02', { cause }),
      deep: [{ plantedSecret02: 1n }],
    })
    expect(lines).toHaveLength(1)
    expect(lines[0]).not.toContain('planted')
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ time: '1970-01-01T00:00:00Z', level: 'error' })
  })

  test('never survives, whatever it is and wherever it stands', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 8, maxLength: 40, unit: 'grapheme' }),
        fc.string(),
        fc.string(),
        (secret, before, after) => {
          fc.pre(!'[redacted]'.includes(secret))
          const redactor = new Redactor()
          redactor.keep(secret)
          const clean = redactor.withoutKnown(before + secret + after)
          // What comes before and after may hold it in part only.
          expect(clean.replaceAll('[redacted]', '').length).toBeLessThanOrEqual(before.length + after.length)
        },
      ),
    )
  })
})

describe('what looks like a secret', () => {
  const key = 'vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A'
  test.each([
    [`apiKey=${key}`],
    [`{"secret":"${key}"}`],
    [
      `https://api.binance.com/api/v3/order?symbol=BTCUSDT&timestamp=1&signature=c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71`,
    ],
    [`X-MBX-APIKEY: ${key}`],
    [`the key ${key} was refused`],
    ['Authorization: Bearer abcdefghijklmnop'],
    ['redis://user:hunter2secret@localhost:6379'],
    ['cookie: kestrel_session=kst_abcdefghijklmnopqrstuvwxyz'],
    [`kst_${'a'.repeat(43)}`],
    ['https://api.telegram.org/bot123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0/sendMessage'],
    ['https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX'],
    ['https://discord.com/api/webhooks/123456/abcdefghijklmnop'],
    [`passphrase: 'correct-horse'`],
    [['-----BEGIN', 'PRIVATE KEY-----\nMIIEvQIBADANBg\n-----END', 'PRIVATE KEY-----'].join(' ')],
  ])('%s', (text) => {
    const clean = new Redactor().text(text)
    expect(clean).toContain('[redacted]')
    for (const hidden of [
      key,
      'c8db5682',
      'hunter2',
      'AAHdq',
      'B00000000',
      'abcdefghijklmnop',
      'correct-horse',
      'MIIE',
      'aaaaaaaa',
    ]) {
      expect(clean).not.toContain(hidden)
    }
  })

  test.each([
    ['{"hashes":{"trades":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}}'],
    ['order k1f3b of BTC-USDT.BINANCE was rejected: Filter failure: LOT_SIZE'],
    ['There is no key named main.'],
    ['the tokenizer met "a" at 3:14'],
  ])('%s stays as it is', (text) => {
    expect(new Redactor().text(text)).toBe(text)
  })

  test('redacting twice changes nothing more', () => {
    const redactor = new Redactor()
    const once = redactor.text(`secret=${key} and apiKey: "${key}"`)
    expect(redactor.text(once)).toBe(once)
  })
})
