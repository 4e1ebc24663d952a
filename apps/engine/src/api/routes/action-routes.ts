import {
  type ActionRequest,
  actionRequestSchema,
  type ActionResult,
  actionResultSchema,
  idempotencyKeySchema,
} from '@kestrel/contracts'
import { z } from 'zod'
import { errorBody } from '../answer-error.ts'
import { ApiRequestError } from '../api-error.ts'
import type { ApiInstance } from '../api-instance.ts'
import type { ApiOptions } from '../api-options.ts'
import type { IdempotencyStore, KeyState, StoredAnswer } from '../idempotency/idempotency-store.ts'
import { handleOf, sessionParams } from './session-routes.ts'

/** Says that an answer is the first one again. */
const REPLAYED = 'idempotency-replayed'

/** `POST /api/v1/sessions/:id/actions`, for operators. */
export function addActionRoutes(app: ApiInstance, options: ApiOptions, store: IdempotencyStore): void {
  const { directory, clock, logger, redactor } = options

  app.route({
    method: 'POST',
    url: '/api/v1/sessions/:id/actions',
    config: { access: 'operator', rateLimit: { max: 60, timeWindow: 60_000 } },
    schema: {
      tags: ['actions'],
      summary: 'Pauses, resumes, stops, flattens or halts a session, or resets its risk state.',
      description:
        'The header `idempotency-key` names the intent. Repeated with the same key and body, also after a restart of the engine, the request is not done again and gets its first answer.',
      params: sessionParams,
      headers: z.object({ 'idempotency-key': idempotencyKeySchema }),
      body: actionRequestSchema,
      response: { 200: actionResultSchema },
    },
    handler: async (request, reply) => {
      const { params, body, identity } = request
      const key = request.headers['idempotency-key']
      if (identity === undefined) throw new Error('an action without an actor')
      requireConfirmation(params.id, body)
      const handle = await handleOf(directory, params.id)
      const actor = `${identity.by}:${identity.user}`
      const known = store.begin(actor, key, JSON.stringify([params.id, body]), clock.nowMs())
      if (known.state === 'answered') {
        void reply.header(REPLAYED, 'true')
        return stored(known.answer)
      }
      if (known.state !== 'begun') throw conflict(known)
      logger.info('action', { requestId: request.id, session: params.id, user: identity.user, action: body.action })
      const answer = await firstAnswer(
        handle.act(body, { user: identity.user, role: identity.role, by: identity.by, idempotencyKey: key }),
      )
      store.finish(actor, key, answer)
      return stored(answer)

      function stored({ status, body: text }: StoredAnswer): ActionResult {
        void reply
          .code(status as 200)
          .type('application/json; charset=utf-8')
          .serializer(String)
        // What is stored was checked against its schema when it was given first.
        return text as unknown as ActionResult
      }

      async function firstAnswer(work: Promise<ActionResult>): Promise<StoredAnswer> {
        try {
          return { status: 200, body: redactor.withoutKnown(JSON.stringify(actionResultSchema.parse(await work))) }
        } catch (error) {
          const { status, body: document } = errorBody(error, request.id)
          logger.error('action failed', { requestId: request.id, session: params.id, action: body.action, error })
          return { status, body: redactor.text(JSON.stringify({ error: document })) }
        }
      }
    },
  })
}

/** Closing everything takes the session's name, so that no slip does it. */
function requireConfirmation(id: string, { action, confirm }: ActionRequest): void {
  if (action !== 'flatten' || confirm === id) return
  throw new ApiRequestError({
    statusCode: 400,
    code: 'ACTION_NOT_CONFIRMED',
    message: `"flatten" closes every position of ${id}. Nothing was done.`,
    hint: `Repeat the session's name as "confirm": "${id}".`,
    meta: { session: id },
  })
}

function conflict({ state }: KeyState): ApiRequestError {
  if (state === 'different') {
    return new ApiRequestError({
      statusCode: 422,
      code: 'IDEMPOTENCY_KEY_REUSED',
      message: 'This idempotency key belongs to another request. Nothing was done.',
      hint: 'Make a new key for each intent, such as a random UUID.',
    })
  }
  if (state === 'running') {
    return new ApiRequestError({
      statusCode: 409,
      code: 'ACTION_RUNNING',
      message: 'The action of this idempotency key is still at work.',
      hint: 'Ask again with the same key in some seconds.',
      retry: 'safe',
    })
  }
  return new ApiRequestError({
    statusCode: 409,
    code: 'ACTION_OUTCOME_UNKNOWN',
    message: 'The engine ended while the action of this idempotency key was at work; nobody knows how far it came.',
    hint: "Look at the session's state, orders and positions, then use a new key.",
    retry: 'unknown-outcome',
  })
}
