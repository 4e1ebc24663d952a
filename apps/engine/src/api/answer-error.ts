import type { ApiError } from '@kestrel/contracts'
import { KestrelError } from '@kestrel/core'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod'
import { errorDocument } from '../cli/error-document.ts'
import type { Logger } from '../log/logger.ts'
import type { Redactor } from '../log/redactor.ts'
import { ApiRequestError } from './api-error.ts'

/** HTTP status of errors that Kestrel raises on purpose, by class. */
const STATUS_OF_NAME: Readonly<Record<string, number>> = {
  UsageError: 400,
  DataError: 409,
  RiskError: 409,
  VenueError: 502,
}

type Known = ApiError['error']

/** What the body of an answer says of an error. A bug is named by its request only: its text is for the log. */
export function errorBody(error: unknown, requestId: string): { readonly status: number; readonly body: Known } {
  if (KestrelError.isInstance(error)) {
    const { code, message, hint, retry, meta } = errorDocument(error)
    const status = error instanceof ApiRequestError ? error.statusCode : (STATUS_OF_NAME[error.name] ?? 500)
    return { status, body: { code, message, hint: hint ?? null, retry, meta, requestId } }
  }
  if (hasZodFastifySchemaValidationErrors(error)) {
    const issue = error.validation[0]
    const where = `${error.validationContext ?? 'request'}${(issue?.instancePath ?? '').replaceAll('/', '.')}`
    return known(400, 'API_INVALID', `${where}: ${issue?.message ?? 'cannot be used'}.`, requestId)
  }
  const { statusCode } = error as Partial<FastifyError>
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    // Fastify's own refusals: a body that is too large, a content type or a JSON that it does not take.
    const code = statusCode === 413 ? 'API_BODY_TOO_LARGE' : statusCode === 415 ? 'API_CONTENT_TYPE' : 'API_REQUEST'
    return known(statusCode, code, TEXT_OF_STATUS[statusCode] ?? 'The request cannot be used.', requestId)
  }
  return known(500, 'INTERNAL', 'The engine failed at this request. Its log says more.', requestId)
}

const TEXT_OF_STATUS: Readonly<Record<number, string>> = {
  400: 'The request is no HTTP or JSON that can be read.',
  413: 'The body is larger than this engine takes.',
  415: 'Send the body as application/json.',
}

function known(status: number, code: string, message: string, requestId: string) {
  return { status, body: { code, message, hint: null, retry: 'never' as const, meta: {}, requestId } }
}

/** Error handler of the server: answers with an error document and logs what is a fault of ours. */
export function answerError(logger: Logger, redactor: Redactor) {
  return (error: unknown, request: FastifyRequest, reply: FastifyReply): void => {
    const { status, body } = errorBody(error, request.id)
    if (status >= 500) logger.error('request failed', { requestId: request.id, route: request.routeOptions.url, error })
    // The facts of an error may repeat what came in or what a venue answered.
    const text = redactor.text(JSON.stringify({ error: body }))
    void reply.code(status).type('application/json; charset=utf-8').serializer(String).send(text)
  }
}
