import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { buildChannel } from '../../src/notify/build-channel.ts'
import { discordChannel, slackChannel } from '../../src/notify/channels/chat-webhook-channels.ts'
import { emailChannel, type EmailOptions } from '../../src/notify/channels/email-channel.ts'
import { telegramChannel } from '../../src/notify/channels/telegram-channel.ts'
import { webhookChannel } from '../../src/notify/channels/webhook-channel.ts'
import type { Message } from '../../src/notify/message.ts'
import { startMailServer, startReceiver } from './local-receiver.ts'

const MESSAGE: Message = {
  severity: 'critical',
  code: 'RISK_HALTED',
  text: 'Loss of <500> USDT & more; @everyone',
  sessionId: 'demo-live',
  timeMs: 1_763_750_400_000,
}
const LINES = 'CRITICAL demo-live: RISK_HALTED\nLoss of <500> USDT & more; @everyone\n2025-11-21T18:40:00Z'
const TOKEN = '123456789:plantedTokenOfTheBot'

test('a webhook gets the facts as JSON, signed where a key is set', async () => {
  await using receiver = await startReceiver()
  await webhookChannel('ops', `${receiver.url}/in?k=1`, 'planted signing key').send(MESSAGE)
  const [got] = receiver.received
  expect([got?.method, got?.path, got?.headers['content-type']]).toEqual(['POST', '/in?k=1', 'application/json'])
  expect(JSON.parse(got?.body ?? '')).toEqual({
    severity: 'critical',
    code: 'RISK_HALTED',
    sessionId: 'demo-live',
    text: MESSAGE.text,
    time: '2025-11-21T18:40:00Z',
  })
  const signature = createHmac('sha256', 'planted signing key')
    .update(got?.body ?? '')
    .digest('hex')
  expect(got?.headers['x-kestrel-signature']).toBe(`sha256=${signature}`)
})

// Shape of the request: https://core.telegram.org/bots/api#sendmessage
test('Telegram gets plain text for the chat, with the token in the path as its API asks', async () => {
  await using receiver = await startReceiver()
  await telegramChannel('phone', { token: TOKEN, chat: '-100', apiUrl: receiver.url }).send(MESSAGE)
  const [got] = receiver.received
  expect(got?.path).toBe(`/bot${TOKEN}/sendMessage`)
  const body = JSON.parse(got?.body ?? '') as Record<string, unknown>
  expect(body).toEqual({ chat_id: '-100', text: LINES, link_preview_options: { is_disabled: true } })
})

// Escaping: https://api.slack.com/reference/surfaces/formatting#escaping
test('Slack gets its three control characters escaped, Discord may mention nobody', async () => {
  await using receiver = await startReceiver()
  await slackChannel('slack', receiver.url).send(MESSAGE)
  await discordChannel('discord', receiver.url).send(MESSAGE)
  const [slack, discord] = receiver.received.map(({ body }) => JSON.parse(body) as Record<string, unknown>)
  expect(slack?.['text']).toContain('Loss of &lt;500&gt; USDT &amp; more')
  expect(discord).toEqual({ content: LINES, allowed_mentions: { parse: [] } })
})

test('what is too long for a service is cut with a mark', async () => {
  await using receiver = await startReceiver()
  const long = { ...MESSAGE, text: 'x'.repeat(10_000) }
  await discordChannel('discord', receiver.url).send(long)
  await telegramChannel('phone', { token: TOKEN, chat: '1', apiUrl: receiver.url }).send(long)
  const [discord, telegram] = receiver.received.map(({ body }) => JSON.parse(body) as Record<string, string>)
  expect([discord?.['content']?.length, telegram?.['text']?.length]).toEqual([2000, 4096])
  expect(discord?.['content']?.endsWith('…')).toBe(true)
})

describe('failures', () => {
  test.each([
    [400, 'never'],
    [401, 'never'],
    [404, 'never'],
    [302, 'never'],
    [408, 'safe'],
    [429, 'safe'],
    [500, 'safe'],
    [503, 'safe'],
  ])('an answer of %s may be tried again: %s; the error tells no address', async (status, retry) => {
    await using receiver = await startReceiver(() => ({
      status,
      headers: { location: 'http://127.0.0.1:1/elsewhere', 'retry-after': '7' },
    }))
    const failure = telegramChannel('phone', { token: TOKEN, chat: '1', apiUrl: receiver.url })
      .send(MESSAGE)
      .catch((error: unknown) => error)
    const error = (await failure) as Error
    expect(error).toMatchObject({ code: 'NOTIFY_FAILED', retry, waitMs: 7000, meta: { channel: 'phone', status } })
    expect(JSON.stringify([error.message, error.stack, error])).not.toContain('plantedToken')
    expect(receiver.received).toHaveLength(1)
  })

  test('silence ends after the time limit and may be tried again', async () => {
    await using receiver = await startReceiver(() => ({ status: 0 }))
    await expect(webhookChannel('ops', receiver.url, undefined, 50).send(MESSAGE)).rejects.toMatchObject({
      retry: 'safe',
      message: 'The channel ops cannot be reached: no answer within 50 ms.',
    })
  })

  test('a refused connection may be tried again and tells no address', async () => {
    const failure = webhookChannel('ops', 'http://127.0.0.1:9/planted-path', undefined).send(MESSAGE)
    const error = (await failure.catch((thrown: unknown) => thrown)) as Error
    expect(error).toMatchObject({ retry: 'safe' })
    expect(String(error.stack)).not.toContain('planted-path')
  })
})

describe('mail', () => {
  const options = (port: number): EmailOptions => ({
    host: '127.0.0.1',
    port,
    security: 'none',
    user: undefined,
    password: undefined,
    from: 'kestrel@example.org',
    to: ['me@example.org', 'you@example.org'],
    timeoutMs: 2_000,
  })

  test('goes to everybody with subject and text', async () => {
    await using server = await startMailServer()
    await emailChannel('mail', options(server.port)).send(MESSAGE)
    expect(server.lines).toContain('MAIL FROM:<kestrel@example.org>')
    expect(server.lines.filter((line) => line.startsWith('RCPT TO'))).toEqual([
      'RCPT TO:<me@example.org>',
      'RCPT TO:<you@example.org>',
    ])
    expect(server.lines).toContain('Subject: CRITICAL demo-live: RISK_HALTED')
    expect(server.lines.join('\n')).toContain('Loss of <500> USDT & more')
  })

  test('a text cannot make headers or recipients of its own', async () => {
    await using server = await startMailServer()
    const code = 'X\r\nBcc: thief@example.org'
    await emailChannel('mail', options(server.port)).send({
      ...MESSAGE,
      code,
      text: '.\r\nRCPT TO:<thief@example.org>',
    })
    expect(server.lines.filter((line) => line.startsWith('RCPT TO'))).toHaveLength(3)
    expect(server.lines.some((line) => line.startsWith('Bcc:'))).toBe(false)
  })

  test.each([
    ['MAIL FROM', '550 no', 'never'],
    ['RCPT TO', '451 later', 'safe'],
  ])('a refusal of %s with %s may be tried again: %s', async (command, answer, retry) => {
    await using server = await startMailServer((line) => (line.startsWith(command) ? answer : undefined))
    await expect(emailChannel('mail', options(server.port)).send(MESSAGE)).rejects.toMatchObject({ retry })
  })

  test('a refused login is final and tells no password', async () => {
    await using server = await startMailServer((line) =>
      line.startsWith('AUTH') ? '535 bad plantedPassword' : undefined,
    )
    const channel = emailChannel('mail', { ...options(server.port), user: 'me', password: 'plantedPassword' })
    const error = (await channel.send(MESSAGE).catch((thrown: unknown) => thrown)) as Error
    expect(error).toMatchObject({ retry: 'never' })
    expect(`${error.message} ${error.stack} ${JSON.stringify(error)}`).not.toContain('plantedPassword')
  })

  test('a server without TLS gets nothing where TLS is asked for', async () => {
    await using server = await startMailServer((line) => (line === 'STARTTLS' ? '502 no' : undefined))
    await expect(
      emailChannel('mail', {
        ...options(server.port),
        security: 'starttls',
        user: 'me',
        password: 'plantedPassword',
      }).send(MESSAGE),
    ).rejects.toMatchObject({ code: 'NOTIFY_FAILED' })
    expect(server.lines.some((line) => line.startsWith('AUTH'))).toBe(false)
  })
})

test.each([
  [{ kind: 'slack', url: 'env:X' } as const, 'http://hooks.slack.example/x'],
  [{ kind: 'webhook', url: 'env:X' } as const, 'ftp://127.0.0.1/x'],
  [{ kind: 'discord', url: 'env:X' } as const, 'no address'],
  [
    { kind: 'email', host: 'mail.example', security: 'none', from: 'a@example.org', to: ['b@example.org'] } as const,
    'unused',
  ],
])('a channel that would send in the clear is refused: %o', async (settings, secret) => {
  const failure = buildChannel('ops', { ...settings, to: ['b@example.org'] } as never, async () => secret)
  await expect(failure).rejects.toMatchObject({ name: 'UsageError', code: 'NOTIFY_SETTINGS' })
})
