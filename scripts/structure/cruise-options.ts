import type { ICruiseOptions, IResolveOptions } from 'dependency-cruiser'

/** How dependency-cruiser reads the sources: type-only imports count, workspace links resolve to the sources. */
export const cruiseOptions: ICruiseOptions & { readonly enhancedResolveOptions: Partial<IResolveOptions> } = {
  doNotFollow: { path: 'node_modules' },
  exclude: { path: '(^|/)(dist|fixtures|coverage|[.]next)/' },
  tsPreCompilationDeps: true,
  combinedDependencies: true,
  enhancedResolveOptions: {
    exportsFields: ['exports'],
    conditionNames: ['import', 'node', 'default', 'types'],
    extensions: ['.ts', '.mjs', '.js', '.json', '.d.ts'],
  },
}
