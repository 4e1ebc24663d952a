import { UsageError } from '@kestrel/core'
import type { CommandContext } from '../cli/command-context.ts'
import { processRedactor } from '../log/redactor.ts'
import { findKey } from '../keys/key-ring.ts'
import type { SecretLookup } from './build-channel.ts'

/** Finds secrets of `env:NAME` in the environment and of `key:NAME` among the keys, and tells them to the redactor. */
export function secretLookup(context: Pick<CommandContext, 'project' | 'cwd' | 'env' | 'common'>): SecretLookup {
  return async (reference) => {
    const [place = '', name = ''] = splitOnce(reference)
    const value = place === 'env' ? context.env[name] : await keyValue(context, name)
    if (value === undefined || value === '') {
      throw new UsageError({
        code: 'SECRET_MISSING',
        message: `The settings refer to ${reference}, which is not set.`,
        hint: place === 'env' ? `Set the environment variable ${name}.` : `Add it with: kestrel keys add ${name}`,
        meta: { reference },
      })
    }
    processRedactor.keep(value)
    return value
  }
}

async function keyValue(context: Parameters<typeof secretLookup>[0], name: string): Promise<string> {
  const entry = await findKey(context, name)
  if (entry.kind === 'secret') return entry.value
  throw new UsageError({
    code: 'SECRET_MISSING',
    message: `The key ${name} is one of an exchange and no single secret.`,
    meta: { name },
  })
}

function splitOnce(reference: string): readonly string[] {
  const at = reference.indexOf(':')
  return [reference.slice(0, at), reference.slice(at + 1)]
}
