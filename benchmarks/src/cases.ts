import type { BenchCase } from './bench-case.ts'
import { l1 } from './cases/l1.ts'
import { p1 } from './cases/p1.ts'
import { p2 } from './cases/p2.ts'
import { p4 } from './cases/p4.ts'
import { p6 } from './cases/p6.ts'
import { p7 } from './cases/p7.ts'
import { p8 } from './cases/p8.ts'
import { p9 } from './cases/p9.ts'
import { use } from './cases/use.ts'

/** Every case, in the order of the documentation. A new one is a file in `cases/` and a line here. */
export const CASES: readonly BenchCase[] = [p1, p2, p4, p6, p7, p8, p9, l1, use]
