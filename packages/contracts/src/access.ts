import { z } from 'zod'

/** A viewer reads; an operator acts too. */
export const roleSchema = z.enum(['viewer', 'operator'])
export type Role = z.infer<typeof roleSchema>

export const loginRequestSchema = z.strictObject({
  user: z.string().min(1).max(64),
  password: z.string().min(1).max(1024),
})
export type LoginRequest = z.infer<typeof loginRequestSchema>

/** Who asks, and what a browser has to send back as `x-csrf-token` with everything that changes something. */
export const identitySchema = z.object({
  user: z.string(),
  role: roleSchema,
  /** How the caller proved it: `open` where the engine listens to this machine only and has no password. */
  by: z.enum(['open', 'cookie', 'bearer']),
  /** Null for scripts, which send no cookie. */
  csrfToken: z.string().nullable(),
  /** End of the login; null where it does not end. */
  expiresTimeMs: z.number().int().nullable(),
})
export type Identity = z.infer<typeof identitySchema>
