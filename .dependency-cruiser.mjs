// For `depcruise` by hand and in editors; `npm run check` calls the same rules through scripts/checks/structure.ts.
import { cruiseOptions } from './scripts/structure/cruise-options.ts'
import { structureRules } from './scripts/structure/structure-rules.ts'

export default {
  forbidden: structureRules(import.meta.dirname),
  options: { ...cruiseOptions, tsConfig: { fileName: 'tsconfig.json' } },
}
