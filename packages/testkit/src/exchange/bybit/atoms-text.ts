/** Decimal text of a whole number of `10^-decimals` units, without zeros at its end. */
export function atomsText(atoms: bigint, decimals = 8): string {
  const sign = atoms < 0n ? '-' : ''
  const digits = (atoms < 0n ? -atoms : atoms).toString().padStart(decimals + 1, '0')
  const cut = digits.length - decimals
  const fraction = digits.slice(cut).replace(/0+$/, '')
  return fraction === '' ? sign + digits.slice(0, cut) : `${sign}${digits.slice(0, cut)}.${fraction}`
}

/** Decimal text of a number with at most eight decimals and no exponent. */
export function numberText(value: number, decimals = 8): string {
  const text = value.toFixed(decimals)
  if (!text.includes('.')) return text
  const short = text.replace(/0+$/, '').replace(/\.$/, '')
  return short === '-0' ? '0' : short
}
