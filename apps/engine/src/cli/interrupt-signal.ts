/**
 * A signal that Ctrl-C aborts, for work in the main thread. The second Ctrl-C is left to the command line, which ends the
 * process at once; what is being written has temporary names, so no half-written file is seen.
 */
export function interruptSignal(): Disposable & { readonly signal: AbortSignal } {
  const controller = new AbortController()
  const dispose = (): void => {
    process.off('SIGINT', listener)
    process.off('SIGTERM', listener)
  }
  const listener = (): void => {
    dispose()
    controller.abort()
    process.stderr.write('\nStopping. Press Ctrl-C again to end at once.\n')
  }
  process.on('SIGINT', listener)
  process.on('SIGTERM', listener)
  return { signal: controller.signal, [Symbol.dispose]: dispose }
}
