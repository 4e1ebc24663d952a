import { UsageError } from '@kestrel/core'
import type { AccessList } from './auth/access-file.ts'
import { isGuarded } from './auth/authenticate.ts'
import { isLoopback } from './security/host-guard.ts'

/**
 * Refuses to listen where others can reach us while nobody has to log in.
 *
 * @throws UsageError `API_NEEDS_PASSWORD`
 */
export function refuseUnguarded(host: string, access: AccessList): void {
  if (isLoopback(host) || isGuarded(access)) return
  throw new UsageError({
    code: 'API_NEEDS_PASSWORD',
    message: `The API would listen on ${host}, where others reach it, and no user has a password. It was not started.`,
    hint: 'Set one with: kestrel access set NAME --role operator',
    meta: { host },
  })
}
