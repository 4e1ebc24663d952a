import { sessionIdSchema } from '@kestrel/contracts'
import { z } from 'zod'
import { ApiRequestError } from '../api-error.ts'
import type { ApiInstance } from '../api-instance.ts'
import type { ApiOptions } from '../api-options.ts'
import { identify, type Proofs } from '../auth/authenticate.ts'
import type { EventStream } from '../stream/event-stream.ts'
import { handleOf } from './session-routes.ts'

const MOST_READERS = 64

/** `GET /api/v1/stream`: server-sent events that resume by `Last-Event-ID`. */
export function addStreamRoutes(app: ApiInstance, options: ApiOptions, proofs: Proofs, stream: EventStream): void {
  app.route({
    method: 'GET',
    url: '/api/v1/stream',
    schema: {
      tags: ['sessions'],
      summary: 'Events of all sessions, or of one, as server-sent events.',
      description:
        'Each event has an id and the name of its kind. A reader that sends its last id as `Last-Event-ID` gets what it missed; an event `lost` says that this was not possible, and everything has to be read again.',
      querystring: z.strictObject({ session: sessionIdSchema.optional(), lastEventId: z.string().max(80).optional() }),
      headers: z.object({ 'last-event-id': z.string().max(80).optional() }),
      produces: ['text/event-stream'],
      response: { 200: z.string() },
    },
    handler: async (request, reply) => {
      const { session, lastEventId } = request.query
      if (session !== undefined) await handleOf(options.directory, session)
      if (stream.readers >= MOST_READERS) throw tooMany()
      const headers = reply.getHeaders()
      reply.hijack()
      reply.raw.writeHead(200, {
        ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
        'content-type': 'text/event-stream; charset=utf-8',
        // Proxies keep parts of an answer back unless they are told not to.
        'x-accel-buffering': 'no',
      })
      stream.serve(reply.raw, {
        sessionId: session,
        lastId: request.headers['last-event-id'] ?? lastEventId,
        isStillAllowed: () => identify(request.headers, proofs, options.clock.nowMs()) !== undefined,
      })
    },
  })
}

function tooMany(): ApiRequestError {
  return new ApiRequestError({
    statusCode: 503,
    code: 'STREAM_FULL',
    message: `${MOST_READERS} readers follow the stream already.`,
    hint: 'Close some: one reader can follow all sessions.',
    retry: 'safe',
  })
}
