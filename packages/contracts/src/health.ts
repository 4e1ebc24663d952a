import { z } from 'zod'
import { timeMsSchema } from './time.ts'

/** The process answers. Says nothing of what it does. */
export const healthSchema = z.object({ status: z.literal('ok'), version: z.string(), timeMs: timeMsSchema })
export type Health = z.infer<typeof healthSchema>

/** Whether it can do its work; each part says why where it cannot. */
export const readinessSchema = z.object({
  isReady: z.boolean(),
  checks: z.array(z.object({ name: z.string(), isReady: z.boolean(), detail: z.string() })),
})
export type Readiness = z.infer<typeof readinessSchema>
