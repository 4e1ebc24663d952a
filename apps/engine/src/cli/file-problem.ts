const PROBLEMS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'it may not be read',
  EPERM: 'it may not be read',
}

/** Why a file that the user named could not be read, in plain words; for other errors what they say themselves. */
export function fileProblem(error: unknown): string {
  const known = PROBLEMS[(error as NodeJS.ErrnoException | null)?.code ?? '']
  return known ?? (error instanceof Error ? error.message.replace(/\.$/, '') : String(error))
}
