import type { Check } from './check.ts'
import { findingsOf, runTool } from './run-tool.ts'

/** The compiler finds no error in any source, test or script. */
export const types: Check = {
  name: 'types',
  about: 'tsc finds an error',
  run: async (root) => findingsOf(await runTool('tsc', ['-p', '.', '--pretty', 'false'], { cwd: root })),
}
