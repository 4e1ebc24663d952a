import { DataError, KestrelError } from '@kestrel/core'

const FULL = /ENOSPC|EDQUOT|EFBIG|No space left|Disk quota|File too large/i
const DENIED = /EACCES|EPERM|EROFS|Permission denied|Read-only file system/i

/**
 * An error of writing files in our words: what was being written, that nothing was changed, what to do.
 *
 * Errors of our own pass unchanged, as do those that are not about the disk.
 *
 * @param what - The deed, as the start of a sentence: `Writing BTC-USDT.BINANCE bars 1h`.
 */
export function diskError(error: unknown, what: string): unknown {
  if (KestrelError.isInstance(error)) return error
  const text =
    error instanceof Error ? `${(error as NodeJS.ErrnoException).code ?? ''} ${error.message}` : String(error)
  if (FULL.test(text))
    return new DataError({
      code: 'DATA_DISK_FULL',
      message: `${what} failed: the disk is full. Nothing was changed.`,
      hint: 'Free some space, or choose another folder with --data-dir, and run the same command again.',
      cause: error,
      retry: 'safe',
    })
  if (DENIED.test(text))
    return new DataError({
      code: 'DATA_WRITE_DENIED',
      message: `${what} failed: the folder cannot be written. Nothing was changed.`,
      hint: 'Check the owner and permissions of the folder, or choose another with --data-dir.',
      cause: error,
    })
  return error
}
