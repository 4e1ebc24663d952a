/**
 * `node --import kestrel/register`: lets every file outside installed packages import `kestrel` and `kestrel/research`,
 * wherever it lies. For tests of strategies with Node's own test runner.
 */
import { serveFacadeToAll } from './strategy-loading/facade-hook.ts'

serveFacadeToAll()
