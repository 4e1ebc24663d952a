import { UsageError } from '@kestrel/core'
import { isLoopback } from '../api/security/host-guard.ts'
import type { ChannelSettings } from '../config/notify-settings-schema.ts'
import type { Channel } from './channel.ts'
import { discordChannel, slackChannel } from './channels/chat-webhook-channels.ts'
import { telegramChannel } from './channels/telegram-channel.ts'
import { webhookChannel } from './channels/webhook-channel.ts'

/** Finds the secret that a reference of the settings names. */
export type SecretLookup = (reference: string) => Promise<string>

/**
 * A channel as its settings say. The mailer is loaded only where a channel needs it.
 *
 * @throws UsageError `NOTIFY_SETTINGS`, and what the lookup throws
 */
export async function buildChannel(name: string, settings: ChannelSettings, secret: SecretLookup): Promise<Channel> {
  switch (settings.kind) {
    case 'webhook': {
      const signWith = settings.signWith === undefined ? undefined : await secret(settings.signWith)
      return webhookChannel(name, webAddress(name, await secret(settings.url)), signWith)
    }
    case 'telegram':
      return telegramChannel(name, { token: await secret(settings.token), chat: settings.chat })
    case 'slack':
      return slackChannel(name, webAddress(name, await secret(settings.url)))
    case 'discord':
      return discordChannel(name, webAddress(name, await secret(settings.url)))
    case 'email': {
      const { host, security = 'starttls', user, from, to } = settings
      if (security === 'none' && !isLoopback(host)) throw unusable(name, 'mail in the clear goes to this machine only')
      const { emailChannel } = await import('./channels/email-channel.ts')
      const password = settings.password === undefined ? undefined : await secret(settings.password)
      const port = settings.port ?? (security === 'tls' ? 465 : 587)
      return emailChannel(name, { host, port, security, user, password, from, to })
    }
  }
}

/** @throws UsageError where it is no https address; http is for this machine only */
export function webAddress(name: string, text: string): string {
  const url = URL.parse(text)
  if (url === null) throw unusable(name, 'its secret is no address')
  if (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname))) return text
  throw unusable(name, 'its address has to begin with https://')
}

function unusable(name: string, why: string): UsageError {
  return new UsageError({
    code: 'NOTIFY_SETTINGS',
    message: `The channel ${name} cannot be used: ${why}.`,
    meta: { channel: name },
  })
}
