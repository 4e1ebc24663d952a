import { randomBytes } from 'node:crypto'
import { UsageError } from '@kestrel/core'
import rateLimit from '@fastify/rate-limit'
import swagger from '@fastify/swagger'
import Fastify from 'fastify'
import {
  jsonSchemaTransform,
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod'
import { kestrelVersion } from '../version.ts'
import { answerError } from './answer-error.ts'
import { answerGarbage } from './answer-garbage.ts'
import { ApiRequestError } from './api-error.ts'
import type { ApiInstance } from './api-instance.ts'
import type { ApiOptions } from './api-options.ts'
import { type AccessList, readAccess } from './auth/access-file.ts'
import type { Proofs } from './auth/authenticate.ts'
import { LoginSessions } from './auth/login-sessions.ts'
import { guardRequests } from './guard-requests.ts'
import { IdempotencyStore } from './idempotency/idempotency-store.ts'
import { EngineMetrics } from './metrics/engine-metrics.ts'
import { refuseUnguarded } from './refuse-unguarded.ts'
import { addActionRoutes } from './routes/action-routes.ts'
import { addHealthRoutes } from './routes/health-routes.ts'
import { addLoginRoutes } from './routes/login-routes.ts'
import { addSessionRoutes } from './routes/session-routes.ts'
import { addStreamRoutes } from './routes/stream-routes.ts'
import { addressGroup } from './security/address-group.ts'
import { isLoopback } from './security/host-guard.ts'
import { EventStream } from './stream/event-stream.ts'

const MOST_BODY_BYTES = 65_536
const REQUEST_TIMEOUT_MS = 30_000
const RING_EVENTS = 10_000
const RING_CHARACTERS = 16_000_000

/** A listening API. */
export interface ApiServer {
  /** `http://127.0.0.1:8380` */
  readonly url: string
  readonly port: number
  close(): Promise<void>
}

/**
 * Starts the engine's HTTP API.
 *
 * @throws UsageError `API_NEEDS_PASSWORD` beyond loopback without a password, `API_PORT` where the address is taken or denied
 */
export async function startApi(options: ApiOptions): Promise<ApiServer> {
  const { host, accessFile, redactor, logger, directory, clock } = options
  refuseUnguarded(host, readAccess(accessFile))
  const proofs: Proofs = {
    access: () => presentAccess(options),
    logins: new LoginSessions(),
    secureCookies: options.publicOrigin?.startsWith('https:') ?? false,
  }
  const store = new IdempotencyStore(options.answersFile)
  const stream = new EventStream(directory, {
    boot: randomBytes(8).toString('hex'),
    mostEvents: RING_EVENTS,
    mostCharacters: RING_CHARACTERS,
    redact: (text) => redactor.withoutKnown(text),
  })
  const metrics = new EngineMetrics(directory, clock, () => stream.readers)
  const app: ApiInstance = Fastify({
    bodyLimit: MOST_BODY_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    routerOptions: { maxParamLength: 100 },
    forceCloseConnections: true,
    // Never from the caller: it names lines of our log.
    genReqId: () => randomBytes(6).toString('hex'),
    requestIdHeader: false,
    frameworkErrors: answerError(logger, redactor),
    clientErrorHandler: answerGarbage,
  }).withTypeProvider<ZodTypeProvider>()
  const close = async (): Promise<void> => {
    stream.close()
    await app.close()
    metrics.close()
    store.close()
  }
  try {
    app.setValidatorCompiler(validatorCompiler)
    app.setSerializerCompiler(serializerCompiler)
    app.setErrorHandler(answerError(logger, redactor))
    app.setNotFoundHandler(() => {
      throw new ApiRequestError({
        statusCode: 404,
        code: 'API_NOT_FOUND',
        message: 'There is nothing at this address.',
      })
    })
    app.removeContentTypeParser('text/plain')
    guardRequests(app, options, proofs, metrics)
    await app.register(rateLimit, {
      max: options.requestsPerMinute,
      timeWindow: 60_000,
      keyGenerator: ({ ip }) => addressGroup(ip),
      errorResponseBuilder: (_request, { ttl }) => tooFast(ttl),
    })
    await addOpenApi(app)
    addHealthRoutes(app, options, metrics)
    addLoginRoutes(app, options, proofs, metrics)
    addSessionRoutes(app, directory)
    addActionRoutes(app, options, store)
    addStreamRoutes(app, options, proofs, stream)
    await app.listen({ host, port: options.port })
    const address = app.server.address()
    const port = typeof address === 'object' && address !== null ? address.port : options.port
    if (!isLoopback(host) && options.publicOrigin === undefined) {
      logger.warning('passwords travel in the clear on this address; put a proxy with TLS in front', { host, port })
    }
    return { url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`, port, close }
  } catch (error) {
    await close()
    throw listenError(error, host, options.port)
  }
}

/** Who may come in now. A file that was made open or broken while we run lets nobody in. */
function presentAccess({ host, accessFile, logger }: ApiOptions): AccessList {
  try {
    const access = readAccess(accessFile)
    refuseUnguarded(host, access)
    return access
  } catch (error) {
    logger.error('the access file cannot be used; nobody is let in', { error })
    throw new ApiRequestError({
      statusCode: 503,
      code: 'API_ACCESS_FILE',
      message: 'Nobody can log in now. The log of the engine says why.',
    })
  }
}

async function addOpenApi(app: ApiInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Kestrel engine', version: kestrelVersion(), description: 'Sessions of the trading engine.' },
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer' },
          cookie: { type: 'apiKey', in: 'cookie', name: 'kestrel_session' },
        },
      },
      security: [{ bearer: [] }, { cookie: [] }],
    },
    transform: jsonSchemaTransform,
  })
  app.route({
    method: 'GET',
    url: '/openapi.json',
    schema: { hide: true },
    handler: async (_request, reply) =>
      await reply.type('application/json; charset=utf-8').serializer(String).send(JSON.stringify(app.swagger())),
  })
}

function tooFast(ttlMs: number): ApiRequestError {
  const seconds = Math.ceil(ttlMs / 1000)
  return new ApiRequestError({
    statusCode: 429,
    code: 'API_TOO_MANY_REQUESTS',
    message: `Too many requests. The next one is taken in ${seconds} s.`,
    meta: { retryAfterSeconds: seconds },
    retry: 'safe',
  })
}

function listenError(error: unknown, host: string, port: number): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code !== 'EADDRINUSE' && code !== 'EACCES' && code !== 'EADDRNOTAVAIL' && code !== 'ENOTFOUND') return error
  const why: Readonly<Record<string, string>> = {
    EADDRINUSE: 'another program listens there',
    EACCES: 'this user may not listen there',
    EADDRNOTAVAIL: 'this machine has no such address',
    ENOTFOUND: 'this machine has no such address',
  }
  return new UsageError({
    code: 'API_PORT',
    message: `The API cannot listen on ${host}:${port}: ${why[code]}. It was not started.`,
    hint: 'Choose another one with --host and --port.',
    meta: { host, port },
    cause: error,
  })
}
