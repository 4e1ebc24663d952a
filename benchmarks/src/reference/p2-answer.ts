/** CRC-32 of the workload by number of bars. */
export const P2_CHECKSUMS: Readonly<Record<number, string>> = {
  10_000: '4e7239f0',
  100_000: 'e10376c4',
  200_000: 'c8f1a67d',
}

/** What the engine gave when it last agreed with the reference matcher on the beginning of the workload, by bars. */
export const P2_ANSWERS: Readonly<
  Record<number, { readonly orders: number; readonly fills: number; readonly endEquity: number }>
> = {
  10_000: { orders: 60_000, fills: 28_088, endEquity: 999_565_961 },
  100_000: { orders: 600_000, fills: 282_736, endEquity: 995_676_318 },
  200_000: { orders: 1_200_000, fills: 566_104, endEquity: 991_303_599 },
}
