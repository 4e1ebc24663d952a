import type { ICruiseOptions, IResolveOptions } from 'dependency-cruiser'

/** How dependency-cruiser reads the sources: type-only imports count, workspace links resolve to the sources. */
export const cruiseOptions: ICruiseOptions & { readonly enhancedResolveOptions: Partial<IResolveOptions> } = {
  doNotFollow: { path: 'node_modules' },
  // Peers of the benchmarks have dependencies of their own, installed when they are asked for.
  exclude: { path: '(^|/)(dist|fixtures|coverage|[.]next|peers)/' },
  tsPreCompilationDeps: true,
  combinedDependencies: true,
  enhancedResolveOptions: {
    exportsFields: ['exports'],
    conditionNames: ['import', 'node', 'default', 'types'],
    extensions: ['.ts', '.mjs', '.js', '.json', '.d.ts'],
  },
}
