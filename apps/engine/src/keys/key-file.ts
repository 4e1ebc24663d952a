import { existsSync, readFileSync } from 'node:fs'
import { UsageError } from '@kestrel/core'
import { z } from 'zod'
import { refuseOpenFile, writePrivateFile } from '../private-file/private-file.ts'
import { type KeyEntry, keyEntryOf, keyEntrySchema } from './key-entry.ts'
import { LOG2_COST, openText, sealText } from './sealed-text.ts'

/** Shorter passphrases are refused when a file is made. */
const SHORTEST_PASSPHRASE = 12

const contentSchema = z.strictObject({ entries: z.array(keyEntrySchema) })

/** Whether there is a key file at all. */
export function hasKeyFile(path: string): boolean {
  return existsSync(path)
}

/**
 * Keys of the encrypted file, in order of name; none where there is no file.
 *
 * @param log2Cost - as of {@link openText}; less than the default only in tests
 * @throws UsageError `FILE_PERMISSIONS` where others may read it, and as {@link openText}
 */
export async function readKeyFile(
  path: string,
  passphrase: string,
  log2Cost = LOG2_COST,
): Promise<readonly KeyEntry[]> {
  if (!hasKeyFile(path)) return []
  refuseOpenFile(path, 'The key file')
  const text = await openText(readFileSync(path, 'utf8'), passphrase, path, log2Cost)
  const parsed = contentSchema.safeParse(JSON.parse(text))
  if (parsed.success) return parsed.data.entries
  throw new UsageError({
    code: 'KEYS_FILE',
    message: `The key file ${path} opens, but holds something else than keys. It was left as it is.`,
    meta: { file: path },
  })
}

/**
 * Adds a key, or takes the place of the one of its name where `replace` says so.
 *
 * @throws UsageError `KEYS_EXISTS`, `KEYS_PASSPHRASE_SHORT`, and as {@link readKeyFile}
 */
export async function addKey(
  path: string,
  passphrase: string,
  entry: KeyEntry,
  replace: boolean,
  log2Cost = LOG2_COST,
): Promise<void> {
  const checked = keyEntryOf(entry)
  if (!hasKeyFile(path) && passphrase.length < SHORTEST_PASSPHRASE) {
    throw new UsageError({
      code: 'KEYS_PASSPHRASE_SHORT',
      message: `The passphrase of a new key file has at least ${SHORTEST_PASSPHRASE} characters. Nothing was written.`,
      hint: 'Four words picked by dice make a good one.',
    })
  }
  const entries = await readKeyFile(path, passphrase, log2Cost)
  if (!replace && entries.some(({ name }) => name === entry.name)) {
    throw new UsageError({
      code: 'KEYS_EXISTS',
      message: `There is a key named ${entry.name} already. Nothing was written.`,
      hint: 'Choose another name, or say --replace.',
      meta: { name: entry.name },
    })
  }
  await writeEntries(path, passphrase, [...entries.filter(({ name }) => name !== entry.name), checked], log2Cost)
}

/** @throws UsageError `KEYS_UNKNOWN`, and as {@link readKeyFile} */
export async function removeKey(path: string, passphrase: string, name: string, log2Cost = LOG2_COST): Promise<void> {
  const entries = await readKeyFile(path, passphrase, log2Cost)
  if (!entries.some((each) => each.name === name)) throw unknownKey(name, entries)
  await writeEntries(
    path,
    passphrase,
    entries.filter((each) => each.name !== name),
    log2Cost,
  )
}

export function unknownKey(name: string, entries: readonly KeyEntry[]): UsageError {
  const known = entries.map((each) => each.name)
  return new UsageError({
    code: 'KEYS_UNKNOWN',
    message: `There is no key named ${name}.`,
    hint: known.length === 0 ? `Add it with: kestrel keys add ${name}` : `There are: ${known.join(', ')}.`,
    meta: { name },
  })
}

async function writeEntries(
  path: string,
  passphrase: string,
  entries: readonly KeyEntry[],
  log2Cost: number,
): Promise<void> {
  const sorted = [...entries].sort((a, b) => (a.name < b.name ? -1 : 1))
  await writePrivateFile(path, await sealText(JSON.stringify({ entries: sorted }), passphrase, log2Cost))
}
