import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Name of the file that marks a project folder. */
export const PROJECT_FILE = 'kestrel.config.json'

/** The project folder that holds `cwd`: the nearest one upwards with a {@link PROJECT_FILE}. */
export function findProject(cwd: string): string | undefined {
  let folder = cwd
  for (;;) {
    if (existsSync(join(folder, PROJECT_FILE))) return folder
    const parent = dirname(folder)
    if (parent === folder) return undefined
    folder = parent
  }
}
