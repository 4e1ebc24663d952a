import { createHmac } from 'node:crypto'
import { isoTime } from '@kestrel/core'
import type { Channel } from '../channel.ts'
import { postJson } from '../post-json.ts'

/**
 * Posts messages as JSON: `{ severity, code, sessionId, text, time }`.
 *
 * @param signWith - key of an HMAC-SHA256 over the body, in the header `x-kestrel-signature: sha256=<hex>`
 */
export function webhookChannel(name: string, url: string, signWith: string | undefined, timeoutMs?: number): Channel {
  return {
    name,
    kind: 'webhook',
    async send({ severity, code, sessionId, text, timeMs }) {
      const body = JSON.stringify({ severity, code, sessionId: sessionId ?? null, text, time: isoTime(timeMs) })
      const signature = signWith === undefined ? undefined : createHmac('sha256', signWith).update(body).digest('hex')
      const headers: Record<string, string> =
        signature === undefined ? {} : { 'x-kestrel-signature': `sha256=${signature}` }
      await postJson(url, body, { channel: name, headers, timeoutMs })
    },
  }
}
