/**
 * Coefficients of the response surfaces for the statistics of unit-root and cointegration tests. First index: number of
 * series less 1.
 *
 * Source: MacKinnon, Approximate asymptotic distribution functions for unit-root and cointegration tests, Journal of
 * Business and Economic Statistics 12 (1994); MacKinnon, Critical values for cointegration tests, Queen's University
 * working paper 1227 (2010), the case without constant from MacKinnon (1996). The numbers are those of `adfvalues.py` in
 * statsmodels 0.15.0 (BSD-3-Clause).
 */
import type { Trend } from './trend.ts'

/** Approximation of the distribution: p is the normal distribution function of a polynomial of the statistic. */
export interface ProbabilitySurface {
  /** Below it p is 0. */
  readonly least: number
  /** Up to it the polynomial for small p holds, above it that for large p. */
  readonly turn: number
  /** Above it p is 1. */
  readonly largest: number
  /** Coefficients, constant first. */
  readonly small: readonly number[]
  readonly large: readonly number[]
}

export const PROBABILITY_SURFACES: Readonly<Record<Trend, readonly ProbabilitySurface[]>> = {
  none: [
    {
      least: -19.04,
      turn: -1.04,
      largest: Infinity,
      small: [0.6344, 1.2378, 0.032496],
      large: [0.4797, 0.93557, -0.06999, 0.033066],
    },
    {
      least: -19.62,
      turn: -1.53,
      largest: 1.51,
      small: [1.9129, 1.3857, 0.035322],
      large: [1.5578, 0.8558, -0.2083, -0.033549],
    },
    {
      least: -21.21,
      turn: -2.68,
      largest: 0.86,
      small: [2.7648, 1.4502, 0.034186],
      large: [2.2268, 0.68093, -0.32362, -0.054448],
    },
    {
      least: -23.25,
      turn: -3.09,
      largest: 0.88,
      small: [3.4336, 1.4835, 0.0319],
      large: [2.7654, 0.64502, -0.30811, -0.044946],
    },
    {
      least: -21.63,
      turn: -3.07,
      largest: 1.05,
      small: [4.0999, 1.5533, 0.0359],
      large: [3.2684, 0.68051, -0.26778, -0.034972],
    },
    {
      least: -25.74,
      turn: -3.77,
      largest: 1.24,
      small: [4.5388, 1.5344, 0.029807],
      large: [3.7268, 0.7167, -0.23648, -0.028288],
    },
  ],
  constant: [
    {
      least: -18.83,
      turn: -1.61,
      largest: 2.74,
      small: [2.1659, 1.4412, 0.038269],
      large: [1.7339, 0.93202, -0.12745, -0.010368],
    },
    {
      least: -18.86,
      turn: -2.62,
      largest: 0.92,
      small: [2.92, 1.5012, 0.039796],
      large: [2.1945, 0.64695, -0.29198, -0.042377],
    },
    {
      least: -23.48,
      turn: -3.13,
      largest: 0.55,
      small: [3.4699, 1.4856, 0.03164],
      large: [2.5893, 0.45168, -0.36529, -0.050074],
    },
    {
      least: -28.07,
      turn: -3.47,
      largest: 0.61,
      small: [3.9673, 1.4777, 0.026315],
      large: [3.0387, 0.45452, -0.33666, -0.041921],
    },
    {
      least: -25.96,
      turn: -3.78,
      largest: 0.79,
      small: [4.5509, 1.5338, 0.029545],
      large: [3.5049, 0.52098, -0.29158, -0.033468],
    },
    {
      least: -23.27,
      turn: -3.93,
      largest: 1,
      small: [5.1399, 1.6036, 0.034445],
      large: [3.9489, 0.58933, -0.25359, -0.02721],
    },
  ],
  'constant-and-trend': [
    {
      least: -16.18,
      turn: -2.89,
      largest: 0.7,
      small: [3.2512, 1.6047, 0.049588],
      large: [2.5261, 0.61654, -0.37956, -0.060285],
    },
    {
      least: -21.15,
      turn: -3.19,
      largest: 0.63,
      small: [3.6646, 1.5419, 0.036448],
      large: [2.85, 0.5272, -0.36622, -0.051695],
    },
    {
      least: -25.37,
      turn: -3.5,
      largest: 0.71,
      small: [4.0983, 1.5173, 0.029898],
      large: [3.221, 0.5255, -0.32685, -0.041501],
    },
    {
      least: -26.63,
      turn: -3.65,
      largest: 0.93,
      small: [4.5844, 1.5338, 0.028796],
      large: [3.652, 0.59758, -0.27483, -0.032081],
    },
    {
      least: -26.53,
      turn: -3.8,
      largest: 1.19,
      small: [5.0722, 1.5634, 0.029472],
      large: [4.0712, 0.66428, -0.23464, -0.02546],
    },
    {
      least: -26.18,
      turn: -4.36,
      largest: 1.42,
      small: [5.53, 1.5914, 0.030392],
      large: [4.4735, 0.71757, -0.20681, -0.021196],
    },
  ],
}

/** Rows for 1 %, 5 % and 10 %: coefficients of 1, 1/T, 1/T^2 and 1/T^3, with T observations. */
export const CRITICAL_SURFACES: Readonly<Record<Trend, readonly (readonly (readonly number[])[])[]>> = {
  none: [
    [
      [-2.56574, -2.2358, -3.627, 0],
      [-1.941, -0.2686, -3.365, 31.223],
      [-1.61682, 0.2656, -2.714, 25.364],
    ],
  ],
  constant: [
    [
      [-3.43035, -6.5393, -16.786, -79.433],
      [-2.86154, -2.8903, -4.234, -40.04],
      [-2.56677, -1.5384, -2.809, 0],
    ],
    [
      [-3.89644, -10.9519, -33.527, 0],
      [-3.33613, -6.1101, -6.823, 0],
      [-3.04445, -4.2412, -2.72, 0],
    ],
    [
      [-4.29374, -14.4354, -33.195, 47.433],
      [-3.74066, -8.5632, -10.852, 27.982],
      [-3.45218, -6.2143, -3.718, 0],
    ],
    [
      [-4.64332, -18.1031, -37.972, 0],
      [-4.096, -11.2349, -11.175, 0],
      [-3.8102, -8.3931, -4.137, 0],
    ],
    [
      [-4.95756, -21.8883, -45.142, 0],
      [-4.41519, -14.0405, -12.575, 0],
      [-4.13157, -10.7417, -3.784, 0],
    ],
    [
      [-5.24568, -25.6688, -57.737, 88.639],
      [-4.70693, -16.9178, -17.492, 60.007],
      [-4.42501, -13.1875, -5.104, 27.877],
    ],
  ],
  'constant-and-trend': [
    [
      [-3.95877, -9.0531, -28.428, -134.155],
      [-3.41049, -4.3904, -9.036, -45.374],
      [-3.12705, -2.5856, -3.925, -22.38],
    ],
    [
      [-4.32762, -15.4387, -35.679, 0],
      [-3.78057, -9.5106, -12.074, 0],
      [-3.49631, -7.0815, -7.538, 21.892],
    ],
    [
      [-4.66305, -18.7688, -49.793, 104.244],
      [-4.1189, -11.8922, -19.031, 77.332],
      [-3.83511, -9.0723, -8.504, 35.403],
    ],
    [
      [-4.9694, -22.4694, -52.599, 51.314],
      [-4.42871, -14.5876, -18.228, 39.647],
      [-4.14633, -11.25, -9.873, 54.109],
    ],
    [
      [-5.25276, -26.2183, -59.631, 50.646],
      [-4.71537, -17.3569, -22.66, 91.359],
      [-4.43422, -13.6078, -10.238, 76.781],
    ],
    [
      [-5.51727, -29.976, -75.222, 202.253],
      [-4.98228, -20.305, -25.224, 132.03],
      [-4.70233, -16.1253, -9.836, 94.272],
    ],
  ],
}
