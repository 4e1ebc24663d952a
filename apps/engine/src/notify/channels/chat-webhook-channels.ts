import type { Channel } from '../channel.ts'
import { messageText } from '../message-text.ts'
import { postJson } from '../post-json.ts'

const LONGEST_SLACK = 3_000
const LONGEST_DISCORD = 2_000

/** Posts to a Slack incoming webhook. Slack's three control characters are escaped, so that no text names a link or a person. */
export function slackChannel(name: string, url: string, timeoutMs?: number): Channel {
  return {
    name,
    kind: 'slack',
    async send(message) {
      const text = messageText(message, LONGEST_SLACK)
        .replaceAll('&', '&amp;')
        .replaceAll('<', '&lt;')
        .replaceAll('>', '&gt;')
      await postJson(url, JSON.stringify({ text, unfurl_links: false }), { channel: name, timeoutMs })
    },
  }
}

/** Posts to a Discord webhook. Nobody is mentioned, whatever the text says. */
export function discordChannel(name: string, url: string, timeoutMs?: number): Channel {
  return {
    name,
    kind: 'discord',
    async send(message) {
      const content = messageText(message, LONGEST_DISCORD)
      const body = JSON.stringify({ content, allowed_mentions: { parse: [] } })
      await postJson(url, body, { channel: name, timeoutMs })
    },
  }
}
