/**
 * Distribution function of the standard normal, absolute error below 1e-15.
 *
 * Source: Marsaglia, Evaluating the Normal Distribution, Journal of Statistical Software 11(4), 2004: the Taylor series
 * of the integral about 0. Beyond 7 the tail is computed by the continued fraction of Laplace.
 */
export function normalCdf(x: number): number {
  if (Number.isNaN(x)) return Number.NaN
  if (x < -7) return upperTail(-x)
  if (x > 7) return 1 - upperTail(x)
  let sum = x
  let term = x
  let previous = 0
  const square = x * x
  for (let i = 3; sum !== previous; i += 2) {
    previous = sum
    term *= square / i
    sum += term
  }
  return 0.5 + sum * Math.exp(-0.5 * square) * INVERSE_ROOT_TWO_PI
}

const INVERSE_ROOT_TWO_PI = 0.3989422804014327

function upperTail(x: number): number {
  if (x > 38.6) return 0
  let fraction = x
  for (let i = 60; i >= 1; i -= 1) fraction = x + i / fraction
  return (Math.exp(-0.5 * x * x) * INVERSE_ROOT_TWO_PI) / fraction
}

const A = [
  3.387132872796366608, 133.14166789178437745, 1971.5909503065514427, 13731.693765509461125, 45921.953931549871457,
  67265.770927008700853, 33430.575583588128105, 2509.0809287301226727,
]
const B = [
  1, 42.313330701600911252, 687.1870074920579083, 5394.1960214247511077, 21213.794301586595867, 39307.89580009271061,
  28729.085735721942674, 5226.495278852854561,
]
const C = [
  1.42343711074968357734, 4.6303378461565452959, 5.7694972214606914055, 3.64784832476320460504, 1.27045825245236838258,
  0.24178072517745061177, 0.0227238449892691845833, 7.7454501427834140764e-4,
]
const D = [
  1, 2.05319162663775882187, 1.6763848301838038494, 0.68976733498510000455, 0.14810397642748007459,
  0.0151986665636164571966, 5.475938084995344946e-4, 1.05075007164441684324e-9,
]
const E = [
  6.6579046435011037772, 5.4637849111641143699, 1.7848265399172913358, 0.29656057182850489123, 0.026532189526576123093,
  0.0012426609473880784386, 2.71155556874348757815e-5, 2.01033439929228813265e-7,
]
const F = [
  1, 0.59983220655588793769, 0.13692988092273580531, 0.0148753612908506148525, 7.868691311456132591e-4,
  1.8463183175100546818e-5, 1.4215117583164458887e-7, 2.04426310338993978564e-15,
]

function polynomial(coefficients: readonly number[], x: number): number {
  let value = 0
  for (let i = coefficients.length - 1; i >= 0; i -= 1) value = value * x + (coefficients[i] as number)
  return value
}

/**
 * Quantile of the standard normal, relative error about 1e-16; -Infinity at 0, Infinity at 1, NaN outside.
 *
 * Source: Wichura, Algorithm AS 241: The Percentage Points of the Normal Distribution, Applied Statistics 37, 1988,
 * routine PPND16.
 */
export function normalQuantile(probability: number): number {
  if (!(probability >= 0 && probability <= 1)) return Number.NaN
  if (probability === 0) return -Infinity
  if (probability === 1) return Infinity
  const centred = probability - 0.5
  if (Math.abs(centred) <= 0.425) {
    const r = 0.180625 - centred * centred
    return (centred * polynomial(A, r)) / polynomial(B, r)
  }
  const tail = Math.sqrt(-Math.log(centred < 0 ? probability : 1 - probability))
  const value =
    tail <= 5
      ? polynomial(C, tail - 1.6) / polynomial(D, tail - 1.6)
      : polynomial(E, tail - 5) / polynomial(F, tail - 5)
  return centred < 0 ? -value : value
}
