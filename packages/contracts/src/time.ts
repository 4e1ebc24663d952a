import { z } from 'zod'

/** Milliseconds since 1970-01-01 UTC. */
export const timeMsSchema = z
  .number()
  .int()
  .min(0)
  .max(8_640_000_000_000_000)
  .meta({ description: 'milliseconds since 1970-01-01 UTC', example: 1_763_750_400_000 })
