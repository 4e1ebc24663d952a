/** An install that cannot go on; the message says what failed and what to do, and is printed without a stack. */
export class InstallError extends Error {
  name = 'InstallError'
}
