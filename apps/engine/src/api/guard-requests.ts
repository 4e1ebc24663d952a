import { ApiRequestError } from './api-error.ts'
import type { ApiInstance } from './api-instance.ts'
import type { ApiOptions } from './api-options.ts'
import { identify, mayAct, type Proofs } from './auth/authenticate.ts'
import { equalSecrets } from './auth/secret-token.ts'
import type { EngineMetrics } from './metrics/engine-metrics.ts'
import { isOwnHost } from './security/host-guard.ts'
import { foreignOrigin, isSafeMethod } from './security/origin-guard.ts'
import { SECURITY_HEADERS } from './security/security-headers.ts'

/**
 * Everything that a request passes before its route, in this order: it is for this server, from no other site, from
 * somebody known, with the role that the route asks for, and no forgery of a browser's cookie. And what each answer
 * passes: headers, no secret, a line in log and metrics.
 */
export function guardRequests(app: ApiInstance, options: ApiOptions, proofs: Proofs, metrics: EngineMetrics): void {
  const { host: listenHost, allowedHosts, publicOrigin, clock, logger, redactor } = options
  app.decorateRequest('identity', undefined)

  app.addHook('onRequest', async (request, reply) => {
    void reply.headers(SECURITY_HEADERS)
    const { headers, method } = request
    if (!isOwnHost(headers.host, { listenHost, allowedHosts, publicOrigin })) throw foreignHost()
    const foreign = foreignOrigin(method, headers, publicOrigin)
    if (foreign !== undefined) throw forbidden('API_FOREIGN_ORIGIN', `${foreign} It was not done.`)
  })

  // After the rate limit, which is an `onRequest` hook of each route, and before a body is read.
  app.addHook('preParsing', async (request) => {
    const { headers, method } = request
    const needed = request.routeOptions.config?.access ?? 'viewer'
    if (needed === 'public') return
    const identity = identify(headers, proofs, clock.nowMs())
    if (identity === undefined) throw notLoggedIn()
    if (!mayAct(identity.role, needed)) throw forbidden('API_ROLE', `This needs the role ${needed}; nothing was done.`)
    if (identity.by === 'cookie' && !isSafeMethod(method)) {
      const given = headers['x-csrf-token']
      if (typeof given !== 'string' || !equalSecrets(given, identity.csrfToken ?? '')) {
        throw forbidden('API_CSRF', 'The header x-csrf-token does not carry the token of this login. Nothing was done.')
      }
    }
    request.identity = identity
  })

  app.addHook('onSend', async (_request, _reply, payload) =>
    typeof payload === 'string' ? redactor.withoutKnown(payload) : payload,
  )

  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none'
    const status = reply.statusCode
    metrics.request(request.method, route, status, reply.elapsedTime / 1000)
    logger.debug('request', { requestId: request.id, method: request.method, route, status, ms: reply.elapsedTime })
  })
}

function foreignHost(): ApiRequestError {
  return new ApiRequestError({
    statusCode: 421,
    code: 'API_FOREIGN_HOST',
    message: 'The Host header names another server.',
    hint: 'Add the name to api.allowedHosts in the settings where this server is reached by it.',
  })
}

function notLoggedIn(): ApiRequestError {
  return new ApiRequestError({
    statusCode: 401,
    code: 'API_LOGIN_NEEDED',
    message: 'Log in first, or send a token as "Authorization: Bearer ...".',
    hint: 'Make a token with: kestrel access token NAME',
  })
}

function forbidden(code: string, message: string): ApiRequestError {
  return new ApiRequestError({ statusCode: 403, code, message })
}
