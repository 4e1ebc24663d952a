import { optionError } from './import-errors.ts'
import { TIME_UNITS, type TimeUnit } from './time-scanner.ts'

/** One column as the `columns` option names it; `name` is undefined where the column is left out. */
export interface StatedColumn {
  readonly name: string | undefined
  readonly unit: TimeUnit
}

/**
 * Parses `ts:ms,open,high,low,close,volume`: a name per column in file order, `-` or `_` to leave one out, and after a
 * colon the unit of a time (`s`, `ms`, `us`, `ns`, `iso`).
 *
 * @throws UsageError `IMPORT_COLUMNS_OPTION` for an unknown unit or an empty name.
 */
export function parseColumnsOption(option: string | readonly string[]): StatedColumn[] {
  const items = typeof option === 'string' ? option.split(',') : option
  return items.map((item) => {
    const [name = '', unit, ...rest] = item.trim().split(':')
    const isUnit = unit === undefined || (TIME_UNITS as readonly string[]).includes(unit)
    if (name === '' || !isUnit || rest.length > 0) {
      throw optionError(
        'IMPORT_COLUMNS_OPTION',
        `"${item}" in the list of columns is not a name, or a name with a unit of time.`,
        'Write the columns in file order: --columns ts:ms,open,high,low,close,volume. Units are s, ms, us, ns, iso; "-" leaves a column out.',
        { item },
      )
    }
    const isLeftOut = name === '-' || name === '_'
    return { name: isLeftOut ? undefined : name, unit: (unit ?? 'auto') as TimeUnit }
  })
}
