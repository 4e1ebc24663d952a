import { join } from 'node:path'
import type { CommandContext } from '../cli/command-context.ts'
import { secretPrompt } from '../cli/secret-prompt.ts'
import { stateFolder } from '../config/state-folder.ts'
import { processRedactor } from '../log/redactor.ts'
import { environmentKeys } from './environment-keys.ts'
import { type KeyEntry, secretsOf } from './key-entry.ts'
import { hasKeyFile, readKeyFile, unknownKey } from './key-file.ts'
import { findPassphrase } from './passphrase.ts'

/** A key with the place that it was found in. */
export interface FoundKey {
  readonly entry: KeyEntry
  readonly source: 'environment' | 'file'
}

/** Path of the encrypted key file. */
export function keyFilePath({ project, cwd }: Pick<CommandContext, 'project' | 'cwd'>): string {
  return join(stateFolder(project, cwd), 'keys.json')
}

/**
 * All keys: those of the environment, then those of the file that it does not name. The passphrase is asked for only where
 * there is a file. Each secret is told to the redactor before anybody sees it.
 */
export async function findKeys(
  context: Pick<CommandContext, 'project' | 'cwd' | 'env' | 'common'>,
): Promise<readonly FoundKey[]> {
  const fromEnvironment = environmentKeys(context.env)
  const path = keyFilePath(context)
  const prompt = secretPrompt(process.stdin, process.stderr, context.common.input)
  const fromFile = hasKeyFile(path)
    ? await readKeyFile(path, await findPassphrase(context.env, prompt, false))
    : ([] as const)
  const names = new Set(fromEnvironment.map(({ name }) => name))
  const found: FoundKey[] = [
    ...fromEnvironment.map((entry) => ({ entry, source: 'environment' as const })),
    ...fromFile.filter(({ name }) => !names.has(name)).map((entry) => ({ entry, source: 'file' as const })),
  ]
  for (const { entry } of found) for (const secret of secretsOf(entry)) processRedactor.keep(secret)
  return found
}

/**
 * The key of a name; the environment goes first, so the file is opened only where it is needed.
 *
 * @throws UsageError `KEYS_UNKNOWN`
 */
export async function findKey(
  context: Pick<CommandContext, 'project' | 'cwd' | 'env' | 'common'>,
  name: string,
): Promise<KeyEntry> {
  const own = environmentKeys(context.env).find((entry) => entry.name === name)
  if (own !== undefined) {
    for (const secret of secretsOf(own)) processRedactor.keep(secret)
    return own
  }
  const found = await findKeys(context)
  const entry = found.find((each) => each.entry.name === name)?.entry
  if (entry === undefined) {
    throw unknownKey(
      name,
      found.map((each) => each.entry),
    )
  }
  return entry
}
