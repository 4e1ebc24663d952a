import { z } from 'zod'

/** Settings of `kestrel serve`. Passwords and tokens are set with `kestrel access` and stand in no settings file. */
export const apiSettingsSchema = z.strictObject({
  host: z.string().min(1).optional().describe('address to listen on; 127.0.0.1 by default, others need a password'),
  port: z.number().int().min(0).max(65_535).optional().describe('port to listen on; 8380 by default, 0 for any'),
  allowedHosts: z
    .array(z.string().regex(/^[a-z0-9.-]+$/, 'a host name in small letters, without port'))
    .optional()
    .describe('names under which it is reached, besides addresses in numbers'),
  publicOrigin: z
    .string()
    .regex(/^https?:\/\/[a-z0-9.:-]+$/, 'an origin such as https://kestrel.example')
    .optional()
    .describe('origin that people see where a proxy stands in front'),
  requestsPerMinute: z.number().int().min(1).optional().describe('requests of one address; 600 by default'),
})
