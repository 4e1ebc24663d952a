import { createTransport } from 'nodemailer'
import { type Channel, ChannelError } from '../channel.ts'
import { messageText, messageTitle } from '../message-text.ts'

const TIMEOUT_MS = 15_000
const LONGEST_TEXT = 20_000

export interface EmailOptions {
  readonly host: string
  readonly port: number
  /** `tls` from the first byte, `starttls` or nothing at all, `none` in the clear. */
  readonly security: 'tls' | 'starttls' | 'none'
  readonly user: string | undefined
  readonly password: string | undefined
  readonly from: string
  readonly to: readonly string[]
  readonly timeoutMs?: number
}

/** Sends mail over SMTP. */
export function emailChannel(name: string, options: EmailOptions): Channel {
  const { host, port, security, user, password, from, to, timeoutMs = TIMEOUT_MS } = options
  return {
    name,
    kind: 'email',
    async send(message) {
      const transport = createTransport({
        host,
        port,
        secure: security === 'tls',
        requireTLS: security === 'starttls',
        ignoreTLS: security === 'none',
        ...(user === undefined ? {} : { auth: { user, pass: password ?? '' } }),
        connectionTimeout: timeoutMs,
        greetingTimeout: timeoutMs,
        socketTimeout: timeoutMs,
        // A message is text: nothing in it may make the mailer read files or addresses.
        disableFileAccess: true,
        disableUrlAccess: true,
      })
      try {
        await transport.sendMail({
          from,
          to: [...to],
          subject: messageTitle(message),
          text: messageText(message, LONGEST_TEXT),
          headers: { 'auto-submitted': 'auto-generated' },
        })
      } catch (error) {
        throw mailError(name, error)
      } finally {
        transport.close()
      }
    },
  }
}

/** SMTP answers of 5xx are final (RFC 5321, 4.2.1), and so is a refused login; everything else may pass. */
function mailError(channel: string, error: unknown): ChannelError {
  const { responseCode, code } = error as { readonly responseCode?: number; readonly code?: string }
  const isFinal = code === 'EAUTH' || code === 'ETLS' || (responseCode !== undefined && responseCode >= 500)
  return new ChannelError({
    // The server's words may repeat the login, so they are left out.
    message: `The mail server of ${channel} did not take the message: ${code ?? 'no reason'}${responseCode === undefined ? '' : ` (${responseCode})`}.`,
    isWorthRetrying: !isFinal,
    meta: { channel, code: code ?? null, responseCode: responseCode ?? null },
  })
}
