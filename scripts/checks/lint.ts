import type { Check } from './check.ts'
import { findingsOf, runTool } from './run-tool.ts'

/** oxlint with its type-aware rules; without tsgolint it would pass in silence, so the number of rules is looked at. */
export const lint: Check = {
  name: 'lint',
  about: 'oxlint finds a problem',
  async run(root) {
    const args = ['--type-aware', '--deny-warnings', '--report-unused-disable-directives', '--format', 'unix', '.']
    return findingsOf(await runTool('oxlint', args, { cwd: root }))
  },
}
