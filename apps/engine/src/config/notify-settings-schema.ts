import { z } from 'zod'
import { secretReferenceSchema } from './secret-reference.ts'

const channel = {
  severity: z
    .enum(['debug', 'info', 'warning', 'error', 'critical'])
    .optional()
    .describe('least severity that is sent; warning by default'),
  isEnabled: z.boolean().optional().describe('false keeps it silent'),
}

const channelSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    ...channel,
    kind: z.literal('webhook'),
    url: secretReferenceSchema.describe('address that takes the message as JSON by POST'),
    signWith: secretReferenceSchema
      .optional()
      .describe('key of an HMAC-SHA256 over the body, sent as x-kestrel-signature'),
  }),
  z.strictObject({
    ...channel,
    kind: z.literal('telegram'),
    token: secretReferenceSchema.describe('token of the bot'),
    chat: z
      .string()
      .regex(/^(-?\d+|@\w+)$/, 'the number of a chat, or @channel')
      .describe('chat that it writes to'),
  }),
  z.strictObject({
    ...channel,
    kind: z.enum(['slack', 'discord']),
    url: secretReferenceSchema.describe('address of the incoming webhook'),
  }),
  z.strictObject({
    ...channel,
    kind: z.literal('email'),
    host: z.string().min(1).describe('mail server'),
    port: z.number().int().min(1).max(65_535).optional().describe('465 and 587 by default of security'),
    security: z.enum(['tls', 'starttls', 'none']).optional().describe('starttls by default; none only on this machine'),
    user: z.string().min(1).optional(),
    password: secretReferenceSchema.optional(),
    from: z.email(),
    to: z.array(z.email()).min(1),
  }),
])
export type ChannelSettings = z.output<typeof channelSchema>

/** Where messages go. Channels are set in files: the environment has no form for them. */
export const notifySettingsSchema = z.strictObject({
  channels: z.record(z.string().regex(/^[a-z][a-z0-9-]{0,30}$/), channelSchema).optional(),
  repeatMinutes: z
    .number()
    .min(0)
    .max(1440)
    .optional()
    .describe('the same message is sent again only after this long, with a count; 15 by default'),
  mostPerHour: z.number().int().min(1).max(1000).optional().describe('messages of one channel; 60 by default'),
  heartbeatUrl: secretReferenceSchema.optional().describe('address that is asked for as long as the engine lives'),
  heartbeatSeconds: z.number().int().min(5).max(86_400).optional().describe('between two heartbeats; 60 by default'),
})
