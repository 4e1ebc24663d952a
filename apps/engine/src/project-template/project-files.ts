import { PROJECT_FILE } from '../config/project.ts'
import { facadePaths } from './facade-paths.ts'
import { strategyTestText, strategyText } from './strategy-text.ts'

/** Name of the example strategy of a new project. */
export const EXAMPLE = 'trend'

/** Name of the settings' schema inside a project, for editors. */
const SCHEMA_FILE = 'kestrel.schema.json'

/** Files of a new project by path inside it. */
export function projectFiles(project: string, name: string, settingsSchema: object): Readonly<Record<string, string>> {
  const facade = facadePaths(project)
  const packageJson = {
    name,
    private: true,
    type: 'module',
    engines: { node: '>=20' },
    // The command starts itself again on its own newer Node where the one of the shell is too old.
    scripts: { test: `node "${facade.command}" strategy test` },
  }
  const tsconfig = {
    compilerOptions: {
      target: 'es2024',
      lib: ['es2024', 'esnext.disposable'],
      module: 'nodenext',
      moduleResolution: 'nodenext',
      strict: true,
      noUncheckedIndexedAccess: true,
      exactOptionalPropertyTypes: true,
      erasableSyntaxOnly: true,
      verbatimModuleSyntax: true,
      allowImportingTsExtensions: true,
      skipLibCheck: true,
      noEmit: true,
      ...(facade.typeRoots.length === 0 ? {} : { typeRoots: facade.typeRoots, types: ['node'] }),
      paths: facade.paths,
    },
    include: ['strategies/**/*.ts', 'notebooks/**/*.ts'],
  }
  return {
    [PROJECT_FILE]: settingsText(),
    [SCHEMA_FILE]: `${JSON.stringify(settingsSchema, undefined, 2)}\n`,
    'package.json': `${JSON.stringify(packageJson, undefined, 2)}\n`,
    'tsconfig.json': `${JSON.stringify(tsconfig, undefined, 2)}\n`,
    '.gitignore': 'node_modules/\ndata/\nruns/\n.kestrel/\n',
    'data/.gitkeep': '',
    'runs/.gitkeep': '',
    'notebooks/.gitkeep': '',
    [`strategies/${EXAMPLE}.ts`]: strategyText(EXAMPLE),
    [`strategies/${EXAMPLE}.test.ts`]: strategyTestText(EXAMPLE),
    'README.md': readmeText(name),
  }
}

function settingsText(): string {
  return `{
  "$schema": "./${SCHEMA_FILE}",
  // Flags go before these, and so do KESTREL__SECTION__KEY variables.
  "dataDir": "data",
  "runsDir": "runs",
  "seed": 1,
  "backtest": {
    "cash": 10000,
    // Costs of every taker fill, in basis points, on top of the fees of the instrument.
    "spreadBps": 1,
    "slippageBps": 2,
  },
}
`
}

function readmeText(name: string): string {
  return `# ${name}

A Kestrel project. Data lies in \`data/\`, strategies in \`strategies/\`, results in \`runs/\`.

    kestrel data generate --instrument BTC-USDT.SYNTHETIC --timeframe 1h --bars 20000
    kestrel strategy check strategies/${EXAMPLE}.ts
    npm test
    kestrel backtest strategies/${EXAMPLE}.ts --instrument BTC-USDT.SYNTHETIC --timeframe 1h
    kestrel runs list
`
}
