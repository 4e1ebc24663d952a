import { DataError, type Rng, type SeriesColumns, type TimeUs, UsageError } from '@kestrel/core'
import { z } from 'zod'

const ms = z.number().min(0).max(86_400_000)

/** Time from a decision to its effect at the venue. */
export const latencyModelSchema = z.discriminatedUnion('model', [
  z.strictObject({ model: z.literal('constant'), ms: ms.default(0) }),
  z
    .strictObject({ model: z.literal('uniform'), minMs: ms, maxMs: ms })
    .refine(({ minMs, maxMs }) => minMs <= maxMs, 'minMs must not be above maxMs'),
  z.strictObject({
    model: z.literal('lognormal'),
    medianMs: ms.positive().describe('half of all orders are faster'),
    sigma: z
      .number()
      .min(0)
      .max(3)
      .default(0.5)
      .describe('standard deviation of the logarithm; 0.5 gives a 95th percentile of 2.3 medians'),
    maxMs: ms.default(60_000).describe('no order takes longer'),
  }),
  z.strictObject({
    model: z.literal('recorded'),
    scale: z.number().positive().max(100).default(1).describe('factor on every recorded latency'),
  }),
])
export type LatencyModelSpec = z.input<typeof latencyModelSchema>

/** Latency of orders sent one after the other. */
export interface LatencyModel {
  /** Whole microseconds, 0 or more, for an order sent at `nowUs`. Drawing models advance their generator. */
  latencyUs(nowUs: TimeUs): number
}

/**
 * A latency model.
 *
 * @param rng - For `uniform` and `lognormal`: a stream of its own, so that no other draw shifts the latencies.
 * @param recording - For `recorded`: a series with the value `latencyMs`. An order meets the last latency measured at or
 *   before it; before the first measurement, the first.
 * @throws UsageError `BACKTEST_LATENCY` for a specification out of range, or a drawing model without generator.
 * @throws DataError `BACKTEST_LATENCY_RECORDING` for a recording that is missing, empty or negative anywhere.
 */
export function latencyModel(spec: LatencyModelSpec, rng?: Rng, recording?: SeriesColumns): LatencyModel {
  const parsed = latencyModelSchema.safeParse(spec)
  if (!parsed.success) return refuse(parsed.error.issues[0]?.message ?? '')
  const model = parsed.data
  if (model.model === 'constant') {
    const fixedUs = Math.round(model.ms * 1_000)
    return { latencyUs: () => fixedUs }
  }
  if (model.model === 'recorded') return recordedLatency(recording, model.scale)
  if (rng === undefined) return refuse(`the model "${model.model}" draws and needs a seeded generator`)
  if (model.model === 'uniform') {
    const { minMs, maxMs } = model
    return { latencyUs: () => Math.round((minMs + (maxMs - minMs) * rng.nextFloat()) * 1_000) }
  }
  const { medianMs, sigma, maxMs } = model
  return { latencyUs: () => Math.round(Math.min(maxMs, medianMs * Math.exp(sigma * rng.nextNormal())) * 1_000) }
}

function refuse(reason: string): never {
  throw new UsageError({
    code: 'BACKTEST_LATENCY',
    message: `The latency model cannot be used: ${reason}. Nothing was run.`,
    meta: { reason },
  })
}

function recordedLatency(recording: SeriesColumns | undefined, scale: number): LatencyModel {
  const latencyMs = recording?.values['latencyMs']
  const tsEventMs = recording?.tsEventMs
  const negative = latencyMs?.findIndex((value) => !(value >= 0)) ?? -1
  if (latencyMs === undefined || tsEventMs === undefined || latencyMs.length === 0 || negative >= 0) {
    throw new DataError({
      code: 'BACKTEST_LATENCY_RECORDING',
      message:
        negative >= 0
          ? `The recorded latency at ${tsEventMs?.[negative]} is ${latencyMs?.[negative]} ms. Nothing was run.`
          : 'The latency model "recorded" needs a series with the value latencyMs. Nothing was run.',
      hint: 'A negative latency means that the clock of the recorder runs behind the venue: correct it before importing.',
      meta: { row: negative },
    })
  }
  // Orders come in order of time, so the place is found by walking on from the last one; a clock set back starts anew.
  let at = 0
  return {
    latencyUs(nowUs) {
      const nowMs = nowUs / 1_000
      if ((tsEventMs[at] as number) > nowMs) at = 0
      while (at + 1 < tsEventMs.length && (tsEventMs[at + 1] as number) <= nowMs) at++
      return Math.round((latencyMs[at] as number) * scale * 1_000)
    },
  }
}
