export { importedBars, range, SAMPLE_START_MS, sampleBars, sampleTrades } from './sample-bars.ts'
export { refusal, temporaryFolder, temporaryLake } from './temporary-lake.ts'
