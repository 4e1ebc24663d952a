import { type Command, Option } from 'commander'
import { runs } from '../cli/define-action.ts'

export interface KeysAddFlags {
  readonly venue?: string
  readonly withPassword?: boolean
  readonly replace?: boolean
}

export interface KeysTestFlags {
  readonly product?: 'spot' | 'linear' | 'inverse'
  readonly sandbox?: boolean
}

export function declareKeys(program: Command): Command {
  const command = program
    .command('keys')
    .summary('keys of exchanges, encrypted')
    .description(
      'Keys of exchanges and other secrets in a file that a passphrase encrypts. Secrets are typed without being shown, or come on stdin; never as arguments. The passphrase is asked for, or comes from KESTREL_KEYS_PASSPHRASE or the file that KESTREL_KEYS_PASSPHRASE_FILE names.',
    )
    .addHelpText('after', '\nExamples:\n  $ kestrel keys add main --venue binance\n  $ kestrel keys list')
  const add = command
    .command('add')
    .description(
      'Stores a key. With --venue it asks for API key and secret (on stdin: one a line), without it for one secret such as the token of a bot.',
    )
    .argument('<name>', 'name of the key: small letters, digits and -')
    .option('--venue <venue>', "the exchange's ccxt name: binance, bybit, okx, kraken")
    .option('--with-password', 'the exchange gave a third part with the key, as OKX does')
    .option('--replace', 'take the place of the key of this name')
    .addHelpText(
      'after',
      '\nExamples:\n  $ kestrel keys add main --venue binance\n  $ kestrel keys add telegram-token < token.txt',
    )
  runs<KeysAddFlags>(add, async () => (await import('../actions/keys.ts')).addKeys)
  const list = command
    .command('list')
    .description('Lists keys: name, venue and a fingerprint, never the key.')
    .addHelpText('after', '\nExamples:\n  $ kestrel keys list --json')
  runs<object>(list, async () => (await import('../actions/keys.ts')).listKeys)
  const remove = command
    .command('remove')
    .description('Takes a key out of the file.')
    .argument('<name>', 'name of the key')
    .addHelpText('after', '\nExamples:\n  $ kestrel keys remove main')
  runs<object>(remove, async () => (await import('../actions/keys.ts')).removeKeys)
  const test = command
    .command('test')
    .description('Connects with a key and looks at its rights. One that may withdraw is refused, with exit code 4.')
    .argument('<name>', 'name of the key')
    .addOption(
      new Option('--product <product>', 'what it is for, where the exchange keeps them apart').choices([
        'spot',
        'linear',
        'inverse',
      ]),
    )
    .option('--sandbox', "ask the exchange's test network")
    .addHelpText('after', '\nExamples:\n  $ kestrel keys test main --product spot')
  runs<KeysTestFlags>(test, async () => (await import('../actions/keys-test.ts')).testKey)
  return command
}
