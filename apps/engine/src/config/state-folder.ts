import { join } from 'node:path'

/** Folder for what the engine keeps for itself: keys, access, first answers. `.kestrel` of the project, or of the working folder. */
export function stateFolder(project: string | undefined, cwd: string): string {
  return join(project ?? cwd, '.kestrel')
}
