import { UsageError } from '@kestrel/core'
import type { CommandContext } from '../cli/command-context.ts'
import type { CommandResult } from '../cli/command-result.ts'
import { tableText } from '../cli/output/table.ts'
import { secretPrompt, type SecretPrompt } from '../cli/secret-prompt.ts'
import type { KeysAddFlags } from '../commands/keys.ts'
import { fingerprintOf, type KeyEntry, keyEntryOf, secretsOf } from '../keys/key-entry.ts'
import { addKey, hasKeyFile, removeKey } from '../keys/key-file.ts'
import { findKeys, keyFilePath } from '../keys/key-ring.ts'
import { findPassphrase } from '../keys/passphrase.ts'
import { processRedactor } from '../log/redactor.ts'

export async function addKeys(
  context: CommandContext,
  [name = '']: readonly string[],
  flags: KeysAddFlags,
): Promise<CommandResult> {
  const path = keyFilePath(context)
  const prompt = secretPrompt(process.stdin, process.stderr, context.common.input)
  const entry = await readEntry(name, flags, prompt)
  for (const secret of secretsOf(entry)) processRedactor.keep(secret)
  const passphrase = await findPassphrase(context.env, prompt, !hasKeyFile(path))
  await addKey(path, passphrase, entry, flags.replace === true)
  const row = rowOf(entry)
  return { document: { ...row, file: path }, text: `Stored ${name} (${row.fingerprint}) in ${path}.` }
}

export async function listKeys(context: CommandContext): Promise<CommandResult> {
  const rows = (await findKeys(context)).map(({ entry, source }) => ({ ...rowOf(entry), source }))
  const text =
    rows.length === 0
      ? 'There are no keys. Add one: kestrel keys add NAME --venue binance'
      : tableText(
          [{ title: 'name' }, { title: 'venue' }, { title: 'fingerprint' }, { title: 'from' }],
          rows.map(({ name, venue, fingerprint, source }) => [name, venue ?? 'none', fingerprint, source]),
        )
  return { document: { keys: rows }, rows, text }
}

export async function removeKeys(context: CommandContext, [name = '']: readonly string[]): Promise<CommandResult> {
  const path = keyFilePath(context)
  const prompt = secretPrompt(process.stdin, process.stderr, context.common.input)
  if (!hasKeyFile(path)) {
    throw new UsageError({ code: 'KEYS_UNKNOWN', message: `There is no key file ${path}.`, meta: { name } })
  }
  await removeKey(path, await findPassphrase(context.env, prompt, false), name)
  return { document: { name, file: path }, text: `Took ${name} out of ${path}.` }
}

/** What may be shown of a key. */
function rowOf(entry: KeyEntry): {
  readonly name: string
  readonly kind: KeyEntry['kind']
  readonly venue: string | null
  readonly fingerprint: string
} {
  const venue = entry.kind === 'exchange' ? entry.venue : null
  return { name: entry.name, kind: entry.kind, venue, fingerprint: fingerprintOf(entry) }
}

async function readEntry(name: string, flags: KeysAddFlags, prompt: SecretPrompt): Promise<KeyEntry> {
  const { venue, withPassword = false } = flags
  const questions =
    venue === undefined ? ['Secret: '] : ['API key: ', 'Secret: ', ...(withPassword ? ['Passphrase of the key: '] : [])]
  const answers: string[] = []
  if (prompt.isInteractive) for (const question of questions) answers.push((await prompt.ask(question)).trim())
  else answers.push(...joinKeyBlocks(await prompt.lines()).map((line) => line.trim()))
  const [first, second, third] = answers.filter((answer) => answer !== '')
  if (venue === undefined) return keyEntryOf({ kind: 'secret', name, value: first })
  return keyEntryOf({
    kind: 'exchange',
    name,
    venue,
    apiKey: first,
    secret: second,
    ...(third === undefined ? {} : { password: third }),
  })
}

/** Lines of a private key in PEM form are one secret. */
function joinKeyBlocks(lines: readonly string[]): readonly string[] {
  const joined: string[] = []
  let isInside = false
  for (const line of lines) {
    if (isInside) joined.push(`${joined.pop() ?? ''}\n${line}`)
    else joined.push(line)
    if (line.startsWith('-----BEGIN ')) isInside = true
    if (line.startsWith('-----END ')) isInside = false
  }
  return joined
}
