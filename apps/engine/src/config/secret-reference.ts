import { z } from 'zod'

/**
 * Where a secret is, in place of the secret: `env:NAME` for a variable of the environment, `key:NAME` for a key that
 * `kestrel keys add` stored. A settings file never holds the secret itself.
 */
export const secretReferenceSchema = z
  .string()
  .regex(/^(env:[A-Za-z_][A-Za-z0-9_]*|key:[a-z][a-z0-9-]{0,39})$/, 'env:VARIABLE or key:NAME, never the secret itself')
