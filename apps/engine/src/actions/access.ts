import { join } from 'node:path'
import { UsageError } from '@kestrel/core'
import { readAccess, writeAccess } from '../api/auth/access-file.ts'
import { hashPassword } from '../api/auth/password-hash.ts'
import { newToken, tokenHash } from '../api/auth/secret-token.ts'
import type { CommandContext } from '../cli/command-context.ts'
import type { CommandResult } from '../cli/command-result.ts'
import { tableText } from '../cli/output/table.ts'
import { secretPrompt } from '../cli/secret-prompt.ts'
import type { AccessFlags } from '../commands/access.ts'
import { stateFolder } from '../config/state-folder.ts'

export function accessFilePath({ project, cwd }: Pick<CommandContext, 'project' | 'cwd'>): string {
  return join(stateFolder(project, cwd), 'access.json')
}

/** Users and tokens, without anything that proves them. */
export function listAccess(context: CommandContext): CommandResult {
  const { users, tokens } = readAccess(accessFilePath(context))
  const rows = [
    ...users.map(({ name, role }) => ({ name, role, proof: 'password' })),
    ...tokens.map(({ name, role }) => ({ name, role, proof: 'token' })),
  ]
  const text =
    rows.length === 0
      ? 'Nobody is set: the API listens on this machine only, and whoever uses it is an operator.'
      : tableText(
          [{ title: 'name' }, { title: 'role' }, { title: 'proof' }],
          rows.map(({ name, role, proof }) => [name, role, proof]),
        )
  return { document: { access: rows }, rows, text }
}

export async function setPassword(
  context: CommandContext,
  [name = '']: readonly string[],
  { role }: AccessFlags,
): Promise<CommandResult> {
  const path = accessFilePath(context)
  const access = readAccess(path)
  const password = await hashPassword(await newPassword(context))
  const users = [...access.users.filter((user) => user.name !== name), { name, role, password }]
  await writeAccess(path, { ...access, users })
  return { document: { name, role }, text: `${name} may log in as ${role}.` }
}

export async function makeToken(
  context: CommandContext,
  [name = '']: readonly string[],
  { role }: AccessFlags,
): Promise<CommandResult> {
  const path = accessFilePath(context)
  const access = readAccess(path)
  const token = newToken()
  const tokens = [...access.tokens.filter((each) => each.name !== name), { name, role, sha256: tokenHash(token) }]
  await writeAccess(path, { ...access, tokens })
  context.note(`This token of ${name} (${role}) is shown once. Send it as "Authorization: Bearer ...".`)
  return { document: { name, role, token }, text: token }
}

export async function removeAccess(context: CommandContext, [name = '']: readonly string[]): Promise<CommandResult> {
  const path = accessFilePath(context)
  const access = readAccess(path)
  const users = access.users.filter((user) => user.name !== name)
  const tokens = access.tokens.filter((token) => token.name !== name)
  const removed = access.users.length + access.tokens.length - users.length - tokens.length
  if (removed === 0) {
    throw new UsageError({
      code: 'ACCESS_UNKNOWN',
      message: `There is neither a user nor a token named ${name}. Nothing was changed.`,
      hint: 'See them with: kestrel access list',
      meta: { name },
    })
  }
  await writeAccess(path, { ...access, users, tokens })
  return { document: { name, removed }, text: `${name} may not use the API any more.` }
}

/** A password that a person types twice, or the first line of stdin. */
async function newPassword({ common }: CommandContext): Promise<string> {
  const prompt = secretPrompt(process.stdin, process.stderr, common.input)
  if (!prompt.isInteractive) return (await prompt.lines())[0] ?? ''
  const password = await prompt.ask('New password: ')
  if ((await prompt.ask('The same again: ')) === password) return password
  throw new UsageError({ code: 'PASSWORD_DIFFERS', message: 'The two differ. Nothing was stored.' })
}
