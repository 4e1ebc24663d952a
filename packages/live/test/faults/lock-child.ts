/** Holds the lock of an account until it is killed. */
import { AccountLock } from '../../src/index.ts'

const [folder = '', account = ''] = process.argv.slice(2)
// Held for as long as the process lives.
Object.assign(globalThis, { lock: new AccountLock(folder, account, 'first') })
process.send?.('held')
process.on('disconnect', () => process.exit())
