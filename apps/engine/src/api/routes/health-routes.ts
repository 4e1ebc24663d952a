import { healthSchema, readinessSchema } from '@kestrel/contracts'
import { z } from 'zod'
import { kestrelVersion } from '../../version.ts'
import type { ApiInstance } from '../api-instance.ts'
import type { ApiOptions } from '../api-options.ts'
import type { EngineMetrics } from '../metrics/engine-metrics.ts'

/** `/health`, `/ready`, `/metrics`: for whoever watches the process. */
export function addHealthRoutes(app: ApiInstance, options: ApiOptions, metrics: EngineMetrics): void {
  const { clock, directory } = options
  const version = kestrelVersion()

  app.route({
    method: 'GET',
    url: '/health',
    config: { access: 'public' },
    schema: { tags: ['watching'], summary: 'The process answers.', response: { 200: healthSchema } },
    handler: async () => ({ status: 'ok' as const, version, timeMs: clock.nowMs() }),
  })

  app.route({
    method: 'GET',
    url: '/ready',
    config: { access: 'public' },
    schema: {
      tags: ['watching'],
      summary: 'It can do its work; 503 where it cannot.',
      response: { 200: readinessSchema, 503: readinessSchema },
    },
    handler: async (_request, reply) => {
      const checks = await Promise.all(
        (options.readiness ?? []).map(async ({ name, check }) => {
          const { isReady, detail } = await check().catch(() => ({ isReady: false, detail: 'the check failed' }))
          return { name, isReady, detail }
        }),
      )
      const stuck = (await Promise.all((await directory.list()).map(async (each) => await each.session()))).filter(
        ({ state }) => state === 'failed' || state === 'starting',
      )
      checks.push({
        name: 'sessions',
        isReady: stuck.length === 0,
        detail: stuck.length === 0 ? 'none is starting or failed' : `${stuck.length} starting or failed`,
      })
      const isReady = checks.every((each) => each.isReady)
      return await reply.code(isReady ? 200 : 503).send({ isReady, checks })
    },
  })

  app.route({
    method: 'GET',
    url: '/metrics',
    schema: { tags: ['watching'], summary: 'Metrics in the text format of Prometheus.', response: { 200: z.string() } },
    handler: async (_request, reply) => {
      const { type, text } = await metrics.text()
      return await reply.type(type).serializer(String).send(text)
    },
  })
}
