import type { Channel } from '../channel.ts'
import { messageText } from '../message-text.ts'
import { postJson } from '../post-json.ts'

const LONGEST_TEXT = 4096

export interface TelegramOptions {
  readonly token: string
  readonly chat: string
  /** Another server than Telegram's, as those who run their own do. */
  readonly apiUrl?: string
  readonly timeoutMs?: number
}

/** Writes to a chat through the Bot API's sendMessage. Without markup, so that no text can break it. */
export function telegramChannel(name: string, options: TelegramOptions): Channel {
  const { token, chat, apiUrl = 'https://api.telegram.org', timeoutMs } = options
  return {
    name,
    kind: 'telegram',
    async send(message) {
      const body = JSON.stringify({
        chat_id: chat,
        text: messageText(message, LONGEST_TEXT),
        link_preview_options: { is_disabled: true },
      })
      await postJson(`${apiUrl}/bot${token}/sendMessage`, body, { channel: name, timeoutMs })
    },
  }
}
