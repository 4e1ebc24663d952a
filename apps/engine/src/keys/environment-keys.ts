import { type KeyEntry, keyEntryOf } from './key-entry.ts'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Keys of the environment: `KESTREL_KEY_<NAME>__VENUE`, `__API_KEY`, `__SECRET` and where asked for `__PASSWORD`; or
 * `KESTREL_KEY_<NAME>__VALUE` for any other secret. `MY_BOT` is the key `my-bot`.
 *
 * @throws UsageError `KEYS_ENTRY` where a part is missing or has no usable form
 */
export function environmentKeys(env: Environment): readonly KeyEntry[] {
  const parts = new Map<string, Map<string, string>>()
  for (const [variable, text] of Object.entries(env)) {
    const match = /^KESTREL_KEY_([A-Z][A-Z0-9_]*?)__(VENUE|API_KEY|SECRET|PASSWORD|VALUE)$/.exec(variable)
    if (match === null || text === undefined || text === '') continue
    const [, name = '', part = ''] = match
    const entry = parts.get(name) ?? new Map<string, string>()
    parts.set(name, entry.set(part, text))
  }
  return [...parts].map(([variable, entry]) => {
    const name = variable.toLowerCase().replaceAll('_', '-')
    const value = entry.get('VALUE')
    if (value !== undefined) return keyEntryOf({ kind: 'secret', name, value })
    const password = entry.get('PASSWORD')
    return keyEntryOf({
      kind: 'exchange',
      name,
      venue: entry.get('VENUE'),
      apiKey: entry.get('API_KEY'),
      secret: entry.get('SECRET'),
      ...(password === undefined ? {} : { password }),
    })
  })
}
