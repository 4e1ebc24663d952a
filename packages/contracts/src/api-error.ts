import { z } from 'zod'

/** Body of every answer that is no success: the same facts as the command line's error document. */
export const apiErrorSchema = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    hint: z.string().nullable(),
    retry: z.enum(['never', 'safe', 'unknown-outcome']),
    meta: z.record(z.string(), z.unknown()),
    /** Names the request in the log. */
    requestId: z.string(),
  }),
})
export type ApiError = z.infer<typeof apiErrorSchema>
