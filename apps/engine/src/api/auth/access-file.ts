import { existsSync, readFileSync } from 'node:fs'
import { UsageError } from '@kestrel/core'
import { roleSchema } from '@kestrel/contracts'
import { z } from 'zod'
import { refuseOpenFile, writePrivateFile } from '../../private-file/private-file.ts'

const name = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/, 'letters, digits and . _ @ -, at most 64')

const accessSchema = z.strictObject({
  version: z.literal(1),
  users: z.array(z.strictObject({ name, role: roleSchema, password: z.string().startsWith('scrypt$') })),
  tokens: z.array(z.strictObject({ name, role: roleSchema, sha256: z.string().regex(/^[0-9a-f]{64}$/) })),
})

/** Who may use the API: people with a password, scripts with a token. Holds hashes only. */
export type AccessList = z.infer<typeof accessSchema>

const NO_ACCESS: AccessList = { version: 1, users: [], tokens: [] }

/**
 * Reads the access file; an absent one lets nobody in.
 *
 * @throws UsageError `ACCESS_FILE`, or `FILE_PERMISSIONS` where others may read it
 */
export function readAccess(path: string): AccessList {
  if (!existsSync(path)) return NO_ACCESS
  refuseOpenFile(path, 'The access file')
  const parsed = accessSchema.safeParse(parseJson(readFileSync(path, 'utf8')))
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw new UsageError({
    code: 'ACCESS_FILE',
    message: `The access file ${path} cannot be used: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}.`,
    hint: 'Remove it and set the users again with: kestrel access set NAME',
    meta: { path },
  })
}

/** @throws UsageError `ACCESS_NAME` where a name has no usable form */
export async function writeAccess(path: string, access: AccessList): Promise<void> {
  const parsed = accessSchema.safeParse(access)
  if (!parsed.success) {
    throw new UsageError({
      code: 'ACCESS_NAME',
      message: `That name cannot be used: ${parsed.error.issues[0]?.message ?? ''}. Nothing was stored.`,
    })
  }
  await writePrivateFile(path, `${JSON.stringify(parsed.data, undefined, 2)}\n`)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}
