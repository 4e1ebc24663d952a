import {
  balanceSchema,
  equityPointSchema,
  equityQuerySchema,
  feedStatusSchema,
  fillSchema,
  orderQuerySchema,
  orderSchema,
  pageQuerySchema,
  pageSchema,
  positionSchema,
  riskStateSchema,
  sessionIdSchema,
  sessionSchema,
} from '@kestrel/contracts'
import { z } from 'zod'
import { sessionNotFound } from '../api-error.ts'
import type { ApiInstance } from '../api-instance.ts'
import type { SessionDirectory, SessionHandle } from '../session-directory.ts'

export const sessionParams = z.object({ id: sessionIdSchema })

/** `/api/v1/sessions` and what hangs below one: everything that is read and nothing that changes. */
export function addSessionRoutes(app: ApiInstance, directory: SessionDirectory): void {
  const tags = ['sessions']

  app.route({
    method: 'GET',
    url: '/api/v1/sessions',
    schema: {
      tags,
      summary: 'All sessions.',
      response: { 200: z.object({ sessions: z.array(sessionSchema) }) },
    },
    handler: async () => {
      const handles = await directory.list()
      return { sessions: await Promise.all(handles.map(async (each) => await each.session())) }
    },
  })

  app.route({
    method: 'GET',
    url: '/api/v1/sessions/:id',
    schema: { tags, summary: 'One session.', params: sessionParams, response: { 200: sessionSchema } },
    handler: async ({ params }) => await (await handleOf(directory, params.id)).session(),
  })

  app.route({
    method: 'GET',
    url: '/api/v1/sessions/:id/orders',
    schema: {
      tags,
      summary: 'Its orders, newest first.',
      params: sessionParams,
      querystring: orderQuerySchema,
      response: { 200: pageSchema(orderSchema) },
    },
    handler: async ({ params, query }) => await (await handleOf(directory, params.id)).orders(query),
  })

  app.route({
    method: 'GET',
    url: '/api/v1/sessions/:id/fills',
    schema: {
      tags,
      summary: 'Its fills, newest first.',
      params: sessionParams,
      querystring: pageQuerySchema,
      response: { 200: pageSchema(fillSchema) },
    },
    handler: async ({ params, query }) => await (await handleOf(directory, params.id)).fills(query),
  })

  app.route({
    method: 'GET',
    url: '/api/v1/sessions/:id/positions',
    schema: {
      tags,
      summary: 'What it holds; flat instruments are left out.',
      params: sessionParams,
      response: { 200: z.object({ positions: z.array(positionSchema) }) },
    },
    handler: async ({ params }) => ({ positions: await (await handleOf(directory, params.id)).positions() }),
  })

  app.route({
    method: 'GET',
    url: '/api/v1/sessions/:id/balances',
    schema: {
      tags,
      summary: 'Money by venue and currency.',
      params: sessionParams,
      response: { 200: z.object({ balances: z.array(balanceSchema) }) },
    },
    handler: async ({ params }) => ({ balances: await (await handleOf(directory, params.id)).balances() }),
  })

  app.route({
    method: 'GET',
    url: '/api/v1/sessions/:id/equity',
    schema: {
      tags,
      summary: 'Its equity over time, oldest first, thinned to the points asked for.',
      params: sessionParams,
      querystring: equityQuerySchema,
      response: { 200: z.object({ points: z.array(equityPointSchema) }) },
    },
    handler: async ({ params, query }) => ({ points: await (await handleOf(directory, params.id)).equity(query) }),
  })

  app.route({
    method: 'GET',
    url: '/api/v1/sessions/:id/feeds',
    schema: {
      tags,
      summary: 'Health and age of its feeds.',
      params: sessionParams,
      response: { 200: z.object({ feeds: z.array(feedStatusSchema) }) },
    },
    handler: async ({ params }) => ({ feeds: await (await handleOf(directory, params.id)).feeds() }),
  })

  app.route({
    method: 'GET',
    url: '/api/v1/sessions/:id/risk',
    schema: {
      tags,
      summary: 'Its limits, how much of them is used, and what they have done.',
      params: sessionParams,
      response: { 200: riskStateSchema },
    },
    handler: async ({ params }) => await (await handleOf(directory, params.id)).risk(),
  })
}

/** @throws ApiRequestError `SESSION_NOT_FOUND` */
export async function handleOf(directory: SessionDirectory, id: string): Promise<SessionHandle> {
  const handle = await directory.find(id)
  if (handle === undefined) throw sessionNotFound(id)
  return handle
}
