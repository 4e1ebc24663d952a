import type { Check } from './check.ts'
import { findingsOf, runTool } from './run-tool.ts'

/** Every file is as `npm run format` would leave it. */
export const format: Check = {
  name: 'format',
  about: 'npm run format would change a file',
  async run(root) {
    const run = await runTool('oxfmt', ['--list-different', '.'], { cwd: root })
    const files = run.stdout.split('\n').filter((line) => line !== '')
    return files.length > 0 ? files.map((file) => `${file} is not formatted: npm run format`) : findingsOf(run)
  },
}
