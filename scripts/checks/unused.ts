import type { Check } from './check.ts'
import { findingsOf, runTool } from './run-tool.ts'

/** No unused file, export or dependency, and none that is used without being declared. */
export const unused: Check = {
  name: 'unused',
  about: 'knip finds dead code or an undeclared dependency',
  run: async (root) => findingsOf(await runTool('knip', ['--no-progress', '--reporter', 'compact'], { cwd: root })),
}
