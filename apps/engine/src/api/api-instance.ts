import type { Identity, Role } from '@kestrel/contracts'
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import type { IncomingMessage, ServerResponse } from 'node:http'

/** The HTTP server as routes see it: bodies, parameters and answers are typed by their zod schemas. */
export type ApiInstance = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; undefined on routes that ask nobody. */
    identity: Identity | undefined
  }
  interface FastifyContextConfig {
    /** Who may call a route: `viewer` where nothing is said, so that a forgotten line opens nothing. */
    readonly access?: Role | 'public'
  }
}
