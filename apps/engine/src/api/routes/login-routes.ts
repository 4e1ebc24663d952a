import { identitySchema, loginRequestSchema } from '@kestrel/contracts'
import { z } from 'zod'
import { ApiRequestError } from '../api-error.ts'
import type { ApiInstance } from '../api-instance.ts'
import type { ApiOptions } from '../api-options.ts'
import { isGuarded, type Proofs } from '../auth/authenticate.ts'
import { PasswordChecker } from '../auth/check-password.ts'
import { LoginGuard } from '../auth/login-guard.ts'
import { endedCookie, sessionCookie, tokenOfCookie } from '../auth/session-cookie.ts'
import type { EngineMetrics } from '../metrics/engine-metrics.ts'
import { addressGroup } from '../security/address-group.ts'

/** `/api/v1/login`, `/logout`, `/me`. */
export function addLoginRoutes(app: ApiInstance, options: ApiOptions, proofs: Proofs, metrics: EngineMetrics): void {
  const { clock, logger } = options
  const guard = new LoginGuard()
  const passwords = new PasswordChecker()

  app.route({
    method: 'POST',
    url: '/api/v1/login',
    config: { access: 'public', rateLimit: { max: 10, timeWindow: 60_000 } },
    schema: {
      tags: ['access'],
      summary: 'Logs a person in: sets a cookie, and gives the token that changes have to carry as x-csrf-token.',
      body: loginRequestSchema,
      response: { 200: identitySchema },
    },
    handler: async (request, reply) => {
      const { user: name, password } = request.body
      const access = proofs.access()
      if (!isGuarded(access)) throw noPasswords()
      const address = addressGroup(request.ip)
      const waitMs = guard.waitMs(address, name, clock.nowMs())
      if (waitMs > 0) {
        metrics.login('locked')
        throw locked(Math.ceil(waitMs / 1000))
      }
      const user = await passwords.check(access, name, password)
      if (user === 'busy') {
        metrics.login('busy')
        throw busy()
      }
      // Tries that waited together count one by one, and a lock that fell meanwhile holds for all of them.
      const nowMs = clock.nowMs()
      const lockedMs = guard.waitMs(address, name, nowMs)
      if (user === undefined || lockedMs > 0) {
        guard.failed(address, name, nowMs)
        metrics.login(lockedMs > 0 ? 'locked' : 'wrong')
        // The name is left out: people type passwords into that field.
        logger.warning('login refused', { address, requestId: request.id })
        throw lockedMs > 0 ? locked(Math.ceil(lockedMs / 1000)) : wrong()
      }
      guard.succeeded(address)
      metrics.login('ok')
      logger.info('login', { user: user.name, address, requestId: request.id })
      const { token, login } = proofs.logins.begin(user.name, user.role, nowMs)
      const maxAge = Math.floor((login.endMs - nowMs) / 1000)
      void reply.header('set-cookie', sessionCookie(token, maxAge, proofs.secureCookies))
      const { csrfToken, endMs } = login
      return { user: user.name, role: user.role, by: 'cookie' as const, csrfToken, expiresTimeMs: endMs }
    },
  })

  app.route({
    method: 'POST',
    url: '/api/v1/logout',
    schema: { tags: ['access'], summary: 'Ends the login of the cookie.', response: { 200: z.object({}) } },
    handler: async (request, reply) => {
      const token = tokenOfCookie(request.headers.cookie, proofs.secureCookies)
      if (token !== undefined) proofs.logins.end(token)
      void reply.header('set-cookie', endedCookie(proofs.secureCookies))
      return {}
    },
  })

  app.route({
    method: 'GET',
    url: '/api/v1/me',
    schema: { tags: ['access'], summary: 'Who asks, and with which role.', response: { 200: identitySchema } },
    handler: async (request) => {
      if (request.identity === undefined) throw wrong()
      return request.identity
    },
  })
}

function wrong(): ApiRequestError {
  return new ApiRequestError({ statusCode: 401, code: 'LOGIN_WRONG', message: 'User or password is wrong.' })
}

function locked(seconds: number): ApiRequestError {
  return new ApiRequestError({
    statusCode: 429,
    code: 'LOGIN_LOCKED',
    message: `Too many failed logins. The next one is taken in ${seconds} s.`,
    meta: { retryAfterSeconds: seconds },
    retry: 'safe',
  })
}

function busy(): ApiRequestError {
  return new ApiRequestError({
    statusCode: 503,
    code: 'LOGIN_BUSY',
    message: 'Too many logins at once. Try again in some seconds.',
    retry: 'safe',
  })
}

function noPasswords(): ApiRequestError {
  return new ApiRequestError({
    statusCode: 409,
    code: 'LOGIN_NOT_NEEDED',
    message: 'No user is set, so nobody has to log in on this machine.',
    hint: 'Set one with: kestrel access set NAME',
  })
}
