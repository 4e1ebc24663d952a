import { existsSync, readFileSync } from 'node:fs'
import { UsageError } from '@kestrel/core'
import type { SecretPrompt } from '../cli/secret-prompt.ts'
import { processRedactor } from '../log/redactor.ts'
import { refuseOpenFile } from '../private-file/private-file.ts'

const VARIABLE = 'KESTREL_KEYS_PASSPHRASE'

/**
 * The passphrase of the key file: of `KESTREL_KEYS_PASSPHRASE`, of the file that `KESTREL_KEYS_PASSPHRASE_FILE` names, or
 * asked for, twice where it is new.
 *
 * @throws UsageError `KEYS_NO_PASSPHRASE` where nobody can be asked, `KEYS_PASSPHRASE_DIFFERS`
 */
export async function findPassphrase(
  env: Readonly<Record<string, string | undefined>>,
  prompt: SecretPrompt,
  isNew: boolean,
): Promise<string> {
  const passphrase = env[VARIABLE] ?? fromFile(env[`${VARIABLE}_FILE`]) ?? (await askPassphrase(prompt, isNew))
  if (passphrase === '') throw noPassphrase()
  processRedactor.keep(passphrase)
  return passphrase
}

function fromFile(path: string | undefined): string | undefined {
  if (path === undefined) return undefined
  if (!existsSync(path)) {
    throw new UsageError({
      code: 'KEYS_NO_PASSPHRASE',
      message: `${VARIABLE}_FILE names ${path}, which is not there.`,
      meta: { path },
    })
  }
  // What a container or systemd mounts as a credential has its own guard and need not be ours.
  if (!path.startsWith('/run/')) refuseOpenFile(path, 'The passphrase file')
  return readFileSync(path, 'utf8').replace(/\r?\n$/, '')
}

async function askPassphrase(prompt: SecretPrompt, isNew: boolean): Promise<string> {
  if (!prompt.isInteractive) throw noPassphrase()
  const passphrase = await prompt.ask('Passphrase of the key file: ')
  if (isNew && (await prompt.ask('The same again: ')) !== passphrase) {
    throw new UsageError({ code: 'KEYS_PASSPHRASE_DIFFERS', message: 'The two differ. Nothing was written.' })
  }
  return passphrase
}

function noPassphrase(): UsageError {
  return new UsageError({
    code: 'KEYS_NO_PASSPHRASE',
    message: 'The key file needs its passphrase, and nobody can be asked here.',
    hint: `Set ${VARIABLE}_FILE to a file that holds it, or ${VARIABLE}.`,
  })
}
