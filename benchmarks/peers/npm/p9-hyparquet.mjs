/** P9 with hyparquet: column chunks as it decodes them, copied into whole columns. */
import { asyncBufferFromFile, parquetRead } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
import { emptyColumns, measureReaders } from './p9-reader.mjs'

await measureReaders('hyparquet', {
  async parquet(path, rows) {
    const columns = emptyColumns(rows)
    await parquetRead({
      file: await asyncBufferFromFile(path),
      compressors,
      onChunk({ columnName, columnData, rowStart }) {
        const target = columns[columnName]
        for (let i = 0; i < columnData.length; i++) target[rowStart + i] = Number(columnData[i])
      },
    })
    return columns
  },
})
