import { DataError, parseInstrumentId } from '@kestrel/core'
import type { DataKind } from '../dataset.ts'
import { type ColumnRole, findBaseVolume, findColumn, isNamed, KIND_ROLES, plainName } from './column-aliases.ts'
import type { ColumnPlan, ColumnUse } from './column-plan.ts'
import { parseColumnsOption } from './columns-option.ts'
import { exportedKind, isExportedSeries } from './exported-layout.ts'
import { headerlessNames, isNumberText } from './headerless-layouts.ts'
import { fileError, optionError } from './import-errors.ts'
import type { ImportOptions } from './import-options.ts'
import type { TimeUnit } from './time-scanner.ts'

/** What is known of a file's columns before its rows are read. */
export interface ColumnFacts {
  /** Name of the file, without its folders. */
  readonly file: string
  /** Names from the header or schema; undefined where the file has none. */
  readonly names: readonly string[] | undefined
  /** First data row as text; empty text where a cell has no value. */
  readonly sample: readonly string[]
  /** Kind that the file's name tells, if any. */
  readonly kindHint?: DataKind | undefined
}

/** Columns whose differing values mean that a file holds several instruments. */
const INSTRUMENT_NAMES = new Set([
  'symbol', 'coin', 'pair', 'ticker', 'venue', 'exchange', 'market', 'instrument', 'instrument_id', 'product_id', 'asset',
]) // prettier-ignore

/**
 * Decides what each column of a file is for.
 *
 * @throws UsageError `IMPORT_COLUMNS_OPTION` where the columns option does not fit the file, `IMPORT_INSTRUMENT_COLUMNS`.
 * @throws DataError `IMPORT_NO_HEADER`, `IMPORT_KIND` (what the file holds cannot be told), `IMPORT_COLUMN_MISSING`.
 */
export function resolveColumns(facts: ColumnFacts, options: ImportOptions): ColumnPlan {
  const stated = options.columns === undefined ? undefined : parseColumnsOption(options.columns)
  const wantedKind = options.kind ?? facts.kindHint
  const width = facts.sample.length
  if (stated !== undefined && stated.length !== width) {
    throw optionError(
      'IMPORT_COLUMNS_OPTION',
      `${facts.file} has ${width} columns, but --columns names ${stated.length}.`,
      'Name every column in file order, with "-" for each that is to be left out.',
      { file: facts.file, columns: width, named: stated.length },
    )
  }
  const names =
    stated?.map(({ name }, i) => name ?? `column ${i + 1}`) ?? facts.names ?? headerlessNames(facts.sample, wantedKind)
  if (names === undefined) {
    throw fileError(
      'IMPORT_NO_HEADER',
      facts.file,
      `there is no header, and what its ${width} columns are cannot be told from the first row.`,
      'Name them in file order: --columns ts:ms,open,high,low,close,volume ("-" leaves one out).',
    )
  }
  const resolver = new ColumnResolver(facts, options, names)
  stated?.forEach(({ name }, i) => name === undefined && resolver.leaveOut(i))
  const units = names.map((_, i): TimeUnit => stated?.[i]?.unit ?? 'auto')
  const kind = wantedKind ?? resolver.inferKind()
  return resolver.plan(kind, units, stated !== undefined)
}

/** Gives each column of one file its use, taking every column once. */
class ColumnResolver {
  readonly #facts: ColumnFacts
  readonly #options: ImportOptions
  readonly #names: readonly string[]
  readonly #taken = new Set<number>()
  readonly #uses: ColumnUse[]
  readonly #notes: string[] = []

  constructor(facts: ColumnFacts, options: ImportOptions, names: readonly string[]) {
    this.#facts = facts
    this.#options = options
    this.#names = names
    this.#uses = names.map(() => ({ action: 'skip' }))
  }

  leaveOut(index: number): void {
    this.#taken.add(index)
  }

  /** The kind that the names tell; `series`, which any misspelt file would be, only where the names are the lake's own. */
  inferKind(): DataKind {
    const exported = exportedKind(this.#names)
    if (exported !== undefined) return exported
    const has = (role: ColumnRole): boolean => findColumn(this.#names, role, this.#taken) >= 0
    const hasPrices = (['open', 'high', 'low', 'close'] as const).every(has)
    const isMarkFile = /mark/i.test(this.#facts.file)
    if (hasPrices && isMarkFile && !has('volume')) return 'mark'
    if (hasPrices && findBaseVolume(this.#names, this.#base(), this.#taken) >= 0) return 'bars'
    if (has('price') && has('quantity') && (has('id') || has('side') || has('buyerIsMaker'))) return 'trades'
    if (this.#names.some((name) => isNamed(name, 'rate') && plainName(name).includes('funding'))) return 'funding'
    throw new DataError({
      code: 'IMPORT_KIND',
      message: `${this.#facts.file}: the columns ${this.#shownNames()} are not those of bars, trades or funding rates. Nothing was imported.`,
      hint: hasPrices
        ? 'Without a volume these may be mark prices: --kind mark. Otherwise name the volume with --columns.'
        : 'Name the columns in file order (--columns ts:ms,open,high,low,close,volume), or import any dated values with --kind series.',
      meta: { file: this.#facts.file, columns: this.#names },
    })
  }

  plan(kind: DataKind, units: readonly TimeUnit[], isStated: boolean): ColumnPlan {
    this.#takeLabels()
    this.#takeTime('time', units)
    // A `published_at` beside funding rates may well lie before the settlement; the lake's own column never does.
    if (kind === 'series' || isExportedSeries(this.#names)) this.#takeTime('knowable', units)
    switch (kind) {
      case 'bars':
        for (const role of ['open', 'high', 'low', 'close'] as const) this.#takeNumber(role, role)
        this.#takeVolume()
        break
      case 'trades':
        this.#takeTrades()
        break
      case 'funding':
        // freqtrade keeps funding rates as candles whose open is the rate.
        if (!this.#tryNumber('rate', 'rate')) this.#takeNumber('open', 'rate')
        break
      case 'mark':
        this.#takeMark()
        break
      case 'series':
        this.#takeSeries()
        break
    }
    if (isStated && kind !== 'series') this.#refuseUnknown(kind)
    this.#guardInstruments()
    const left = this.#names.filter((_, i) => !this.#taken.has(i))
    if (left.length > 0) this.#notes.push(`columns left out: ${left.join(', ')}`)
    const shownNames = this.#names.map((name, i) =>
      this.#facts.names === undefined ? `${i + 1} (${name})` : JSON.stringify(name),
    )
    return { kind, uses: this.#uses, shownNames, notes: this.#notes }
  }

  #base(): string | undefined {
    const id = this.#options.instrument
    return id === undefined || id.includes('{') ? undefined : parseInstrumentId(id).base
  }

  #shownNames(): string {
    return this.#names
      .slice(0, 20)
      .map((name) => JSON.stringify(name.slice(0, 40)))
      .join(', ')
  }

  #take(index: number, use: ColumnUse): void {
    this.#taken.add(index)
    this.#uses[index] = use
  }

  #takeTime(role: 'time' | 'knowable', units: readonly TimeUnit[]): void {
    const statedAt =
      role === 'time' ? units.findIndex((unit, i) => unit !== 'auto' && !isNamed(this.#names[i] ?? '', 'knowable')) : -1
    const index = statedAt >= 0 ? statedAt : findColumn(this.#names, role, this.#taken)
    if (index >= 0) this.#take(index, { action: role, unit: units[index] ?? 'auto' })
    else if (role === 'time') throw this.#missing('the time')
  }

  #takeLabels(): void {
    for (const label of this.#options.instrumentColumns ?? []) {
      const index = this.#names.findIndex((name, i) => plainName(name) === plainName(label) && !this.#taken.has(i))
      if (index < 0) {
        throw optionError(
          'IMPORT_INSTRUMENT_COLUMNS',
          `${this.#facts.file} has no column "${label}".`,
          `Its columns are ${this.#shownNames()}.`,
          { file: this.#facts.file, column: label },
        )
      }
      this.#take(index, { action: 'label', label })
    }
  }

  /** Reads columns such as `symbol` too, so that a file with several instruments is not taken for one. */
  #guardInstruments(): void {
    this.#names.forEach((name, i) => {
      if (this.#taken.has(i) || !INSTRUMENT_NAMES.has(plainName(name))) return
      this.#take(i, { action: 'label', label: name })
    })
  }

  #tryNumber(role: ColumnRole, name: string): boolean {
    const index = findColumn(this.#names, role, this.#taken)
    if (index >= 0) this.#take(index, { action: 'number', name })
    return index >= 0
  }

  #takeNumber(role: ColumnRole, name: string): void {
    if (!this.#tryNumber(role, name)) throw this.#missing(`the ${name}`)
  }

  #takeVolume(): void {
    const index = findBaseVolume(this.#names, this.#base(), this.#taken)
    if (index < 0) throw this.#missing('the volume')
    this.#take(index, { action: 'number', name: 'volume' })
  }

  #takeTrades(): void {
    this.#takeNumber('price', 'price')
    const idAt = findColumn(this.#names, 'id', this.#taken)
    if (idAt >= 0 && /^\d{1,16}$/.test(this.#facts.sample[idAt] ?? ''))
      this.#take(idAt, { action: 'number', name: 'id' })
    else this.#notes.push('no numeric trade ids: row numbers stand for them')
    const makerAt = findColumn(this.#names, 'buyerIsMaker', this.#taken)
    const sideAt = findColumn(this.#names, 'side', this.#taken)
    const signAt = findColumn(this.#names, 'takerSign', this.#taken)
    if (signAt >= 0) this.#take(signAt, { action: 'takerSign' })
    else if (makerAt >= 0) this.#take(makerAt, { action: 'buyerIsMaker' })
    else if (sideAt >= 0) this.#take(sideAt, { action: 'side' })
    else this.#notes.push('no taker side')
    this.#takeNumber('quantity', 'quantity')
  }

  #takeMark(): void {
    const prices = ['open', 'high', 'low', 'close'] as const
    const hasAll = prices.every((role) => findColumn(this.#names, role, this.#taken) >= 0)
    if (hasAll) for (const role of prices) this.#takeNumber(role, role)
    else this.#takeNumber('mark', 'mark')
  }

  #takeSeries(): void {
    const seen = new Set<string>()
    const isExported = isExportedSeries(this.#names)
    this.#names.forEach((name, i) => {
      if (this.#taken.has(i) || !isNumberText(this.#facts.sample[i] ?? '')) return
      const start = isExported ? name : valueName(name)
      let unique = start
      for (let k = 2; seen.has(unique); k++) unique = `${start}_${k}`
      seen.add(unique)
      this.#take(i, { action: 'number', name: unique })
    })
    if (seen.size === 0) throw this.#missing('any number')
  }

  #refuseUnknown(kind: DataKind): void {
    const index = this.#names.findIndex((name, i) => !this.#taken.has(i) && !INSTRUMENT_NAMES.has(plainName(name)))
    if (index < 0) return
    throw optionError(
      'IMPORT_COLUMNS_OPTION',
      `"${this.#names[index]}" in --columns is not a column of ${kind}.`,
      `Columns of ${kind}: ts, ${KIND_ROLES[kind].join(', ')}; "-" leaves a column out.`,
      { column: this.#names[index], kind },
    )
  }

  #missing(what: string): DataError {
    return new DataError({
      code: 'IMPORT_COLUMN_MISSING',
      message: `${this.#facts.file}: no column holds ${what}; the columns are ${this.#shownNames()}. Nothing was imported.`,
      hint: 'Name them in file order: --columns ts:ms,open,high,low,close,volume ("-" leaves one out).',
      meta: { file: this.#facts.file, missing: what, columns: this.#names },
    })
  }
}

/** A name that a value of a series may have, made of a column's name. */
function valueName(name: string): string {
  const plain =
    plainName(name)
      .replaceAll(/[^a-z0-9_]/g, '')
      .slice(0, 60) || 'value'
  return /^[0-9]/.test(plain) ? `_${plain}` : plain
}
