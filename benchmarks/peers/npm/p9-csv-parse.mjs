/** P9 with csv-parse: rows of text, then columns. */
import { parse } from 'csv-parse/sync'
import { readFileSync } from 'node:fs'
import { columnsOfRows, measureReaders } from './p9-reader.mjs'

await measureReaders('csv-parse', { csv: (path) => columnsOfRows(parse(readFileSync(path), { from_line: 2 })) })
