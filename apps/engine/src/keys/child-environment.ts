/** Names under which people keep secrets: `TELEGRAM_TOKEN`, `AWS_SECRET_ACCESS_KEY`. */
const SECRET_NAME =
  /(^|_)(SECRET|TOKEN|PASSWORD|PASSWD|PASSPHRASE|CREDENTIALS?|API_?KEY|PRIVATE_?KEY|ACCESS_?KEY)(_|$)/i

/**
 * The environment for children of this process and for worker threads: without our keys and passphrases and without what is
 * named like a secret. None of them needs one, a strategy of anybody could read it, and `/proc` shows an environment to all
 * processes of the same user.
 */
export function withoutSecrets(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const isHidden = (name: string): boolean =>
    name.startsWith('KESTREL_KEY_') || name.startsWith('KESTREL_KEYS_PASSPHRASE') || SECRET_NAME.test(name)
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, text]) => (text === undefined || isHidden(name) ? [] : [[name, text]])),
  )
}
