import { type InstrumentId, parseInstrumentId, UsageError } from '@kestrel/core'
import { isNamed, plainName } from './column-aliases.ts'
import type { DecodedTable, LabelColumn } from './decoded-table.ts'
import { optionError } from './import-errors.ts'
import type { ImportOptions, InstrumentTemplate } from './import-options.ts'
import { parseSymbol } from './symbol-name.ts'

/** The rows of one instrument; `rows` is undefined where all rows are its. */
export interface InstrumentRows {
  readonly instrument: InstrumentId
  readonly rows: Uint32Array | undefined
  /** What was assumed about the id. */
  readonly note?: string
}

/**
 * Splits a table by instrument, in order of first appearance.
 *
 * @param nameHint - Instrument told by the file's name.
 * @throws UsageError `IMPORT_INSTRUMENT` where nobody says whose data it is, `IMPORT_SEVERAL_INSTRUMENTS`,
 *   `IMPORT_INSTRUMENT_TEMPLATE` where the template gives no instrument id.
 */
export function splitByInstrument(
  file: string,
  table: DecodedTable,
  options: ImportOptions,
  nameHint: InstrumentId | undefined,
): InstrumentRows[] {
  const stated = options.instrument
  const template = options.instrumentTemplate ?? (stated?.includes('{') === true ? stated : undefined)
  if (options.instrumentColumns === undefined || options.instrumentColumns.length === 0) {
    refuseSeveral(file, table.labels)
    const instrument = stated ?? nameHint
    if (instrument === undefined || instrument.includes('{')) throw unknownInstrument(file)
    return [{ instrument: parseInstrumentId(instrument).id, rows: undefined }]
  }
  const wanted = options.instrumentColumns
  const columns = table.labels.filter(({ label }) => wanted.includes(label))
  return [...rowsByCode(columns, table.rows)].map(([key, rows]) => {
    const labels = Object.fromEntries(columns.map((column, k) => [column.label, column.texts[key[k] as number] ?? '']))
    const instrument = idOf(file, labels, template, table.plan.kind)
    const isAssumed = template === undefined && columns.length === 2 && !Object.values(labels).some(parseSymbol)
    return {
      instrument,
      rows: rows.length === table.rows ? undefined : rows,
      ...(isAssumed ? { note: assumedNote(instrument) } : {}),
    }
  })
}

function assumedNote(instrument: InstrumentId): string {
  const { quote, kind } = parseInstrumentId(instrument)
  const fix = kind === 'spot' ? '; for perpetuals state --instrument-template, such as {coin}-USDT-PERP.{VENUE}' : ''
  return `${kind} in ${quote} assumed: the file names neither${fix}`
}

function unknownInstrument(file: string): UsageError {
  return optionError(
    'IMPORT_INSTRUMENT',
    `${file} does not say whose data it holds.`,
    'Name the instrument, for example --instrument BTC-USDT.BINANCE, or the columns that hold it: --instrument-columns venue,coin.',
    { file },
  )
}

function refuseSeveral(file: string, labels: readonly LabelColumn[]): void {
  const several = labels.find(({ texts }) => texts.length > 1)
  if (several === undefined) return
  throw optionError(
    'IMPORT_SEVERAL_INSTRUMENTS',
    `${file} holds several instruments: column "${several.label}" has ${several.texts.slice(0, 5).join(', ')}${several.texts.length > 5 ? ', ...' : ''}.`,
    `Import each as its own dataset with --instrument-columns ${labels.map(({ label }) => label).join(',')}.`,
    { file, column: several.label },
  )
}

/** Rows by the combination of their codes. */
function rowsByCode(columns: readonly LabelColumn[], rows: number): Map<readonly number[], Uint32Array> {
  const width = columns.map(({ texts }) => texts.length)
  const groups = new Map<number, { codes: number[]; rows: number[] }>()
  for (let row = 0; row < rows; row++) {
    let key = 0
    for (let k = 0; k < columns.length; k++)
      key = key * (width[k] as number) + ((columns[k] as LabelColumn).codes[row] as number)
    const group = groups.get(key)
    if (group !== undefined) group.rows.push(row)
    else groups.set(key, { codes: columns.map(({ codes }) => codes[row] as number), rows: [row] })
  }
  return new Map([...groups.values()].map(({ codes, rows: list }) => [codes, Uint32Array.from(list)]))
}

function idOf(
  file: string,
  labels: Readonly<Record<string, string>>,
  template: InstrumentTemplate | undefined,
  kind: string,
): InstrumentId {
  const id =
    typeof template === 'function'
      ? template(labels)
      : template === undefined
        ? guessedId(labels, kind)
        : filled(template, labels)
  try {
    return parseInstrumentId(id ?? '').id
  } catch (cause) {
    const shown = Object.entries(labels)
      .map(([name, value]) => `${name} ${value}`)
      .join(', ')
    throw new UsageError({
      code: 'IMPORT_INSTRUMENT_TEMPLATE',
      message: `${file}: ${shown} gives ${id === undefined ? 'no instrument id' : `"${id}", which is no instrument id`}. Nothing was imported.`,
      hint: `Say how to build it from the columns, for example --instrument "${exampleTemplate(labels)}" ({coin} is the value, {COIN} in capitals).`,
      meta: { file, labels, id },
      cause,
    })
  }
}

function filled(template: string, labels: Readonly<Record<string, string>>): string {
  return template.replaceAll(/\{([^{}]+)\}/g, (whole, name: string) => {
    const exact = labels[name]
    if (exact !== undefined) return exact
    const label = Object.keys(labels).find((key) => key.toUpperCase() === name)
    return label === undefined ? whole : (labels[label] as string).toUpperCase()
  })
}

const VENUE_NAMES = new Set(['venue', 'exchange', 'market'])

/**
 * An id without a template: from ids as they stand, or from a venue column and a symbol column. A bare coin is taken to
 * be quoted in USDT, as a perpetual where funding or mark prices say so.
 */
function guessedId(labels: Readonly<Record<string, string>>, kind: string): string | undefined {
  const entries = Object.entries(labels)
  const venue = entries.find(([name]) => VENUE_NAMES.has(plainName(name)))
  const symbol = entries.find((entry) => entry !== venue)
  if (entries.length === 1) return entries[0]?.[1]
  if (venue === undefined || symbol === undefined || entries.length > 2) return undefined
  const parsed = parseSymbol(symbol[1])
  const isPerpetual = parsed?.isPerpetual === true || kind === 'funding' || kind === 'mark'
  const base = parsed?.base ?? symbol[1].toUpperCase()
  return `${base}-${parsed?.quote ?? 'USDT'}${isPerpetual ? '-PERP' : ''}.${venue[1].toUpperCase()}`
}

function exampleTemplate(labels: Readonly<Record<string, string>>): string {
  const names = Object.keys(labels)
  const venue = names.find((name) => VENUE_NAMES.has(plainName(name)) && !isNamed(name, 'time'))
  const symbol = names.find((name) => name !== venue) ?? 'coin'
  return `{${symbol.toUpperCase()}}-USDT.${venue === undefined ? 'BINANCE' : `{${venue.toUpperCase()}}`}`
}
