import { DataError, KestrelError } from '@kestrel/core'

/** What to tell people where a run folder could not be written; errors of other kinds as they are. */
export function runFolderError(error: unknown, runsDir: string): unknown {
  if (KestrelError.isInstance(error) && !error.code.startsWith('DATA_')) return error
  const text = `${(error as NodeJS.ErrnoException).code ?? ''} ${error instanceof Error ? error.message : String(error)}`
  const full = /ENOSPC|EDQUOT|EFBIG|DATA_DISK_FULL|No space left/i.test(text)
  const denied = /EACCES|EPERM|EROFS|ENOTDIR|DATA_WRITE_DENIED/i.test(text)
  if (!full && !denied) return error
  return new DataError({
    code: full ? 'DATA_DISK_FULL' : 'DATA_WRITE_DENIED',
    message: `The run folder under ${runsDir} could not be written: ${full ? 'the disk is full' : 'the folder cannot be written'}. Nothing was left behind.`,
    hint: full
      ? 'Free some space or choose another place with --runs-dir, and run the same command again.'
      : 'Check the owner of the folder or choose another with --runs-dir.',
    cause: error,
    retry: 'safe',
  })
}
