import type { SessionEvent } from '@kestrel/contracts'
import type { Clock } from '@kestrel/core'
import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { SessionDirectory } from '../session-directory.ts'
import { kestrelVersion } from '../../version.ts'
import { observeSessions } from './session-gauges.ts'

/** Prometheus metrics of the process. Names begin with `kestrel_`; units stand at their end. */
export class EngineMetrics {
  readonly #registry = new Registry()
  readonly #requests: Histogram<'method' | 'route' | 'status'>
  readonly #events: Counter<'session' | 'kind'>
  readonly #logins: Counter<'outcome'>
  readonly #unsubscribe: () => void
  readonly #refresh: () => Promise<void>

  constructor(directory: SessionDirectory, clock: Clock, readers: () => number) {
    const registers = [this.#registry]
    this.#requests = new Histogram({
      name: 'kestrel_http_request_duration_seconds',
      help: 'Time from a request to its answer, by route.',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10],
      registers,
    })
    this.#events = new Counter({
      name: 'kestrel_session_events_total',
      help: 'Events that sessions published, by kind.',
      labelNames: ['session', 'kind'],
      registers,
    })
    this.#logins = new Counter({
      name: 'kestrel_logins_total',
      help: 'Logins by outcome: ok, wrong, locked, busy.',
      labelNames: ['outcome'],
      registers,
    })
    new Gauge({
      name: 'kestrel_build_info',
      help: 'Always 1; the version is a label.',
      labelNames: ['version', 'node'],
      registers,
    }).set({ version: kestrelVersion(), node: process.versions.node }, 1)
    processGauges(this.#registry)
    readOnCollect(this.#registry, 'kestrel_stream_readers', 'Readers of the event stream.', readers)
    this.#refresh = observeSessions(this.#registry, directory, clock)
    this.#unsubscribe = directory.subscribe((event: SessionEvent) => {
      this.#events.inc({ session: event.sessionId, kind: event.kind })
    })
  }

  /** @param route - the pattern, never the address: each id would make a series of its own */
  request(method: string, route: string, status: number, seconds: number): void {
    this.#requests.observe({ method, route, status }, seconds)
  }

  login(outcome: 'ok' | 'wrong' | 'locked' | 'busy'): void {
    this.#logins.inc({ outcome })
  }

  /** Everything in the text format of Prometheus, with its content type. */
  async text(): Promise<{ readonly type: string; readonly text: string }> {
    await this.#refresh()
    return { type: this.#registry.contentType, text: await this.#registry.metrics() }
  }

  close(): void {
    this.#unsubscribe()
  }
}

function processGauges(registry: Registry): void {
  const { rss } = process.memoryUsage
  readOnCollect(registry, 'process_resident_memory_bytes', 'Memory of the process.', rss)
  readOnCollect(registry, 'process_uptime_seconds', 'Seconds since the process began.', () => process.uptime())
  readOnCollect(registry, 'process_cpu_seconds_total', 'Processor time of the process.', () => {
    const { user, system } = process.cpuUsage()
    return (user + system) / 1e6
  })
}

/** A gauge whose value is read when somebody asks. */
function readOnCollect(registry: Registry, name: string, help: string, read: () => number): void {
  const gauge: Gauge = new Gauge({
    name,
    help,
    registers: [],
    collect(): void {
      gauge.set(read())
    },
  })
  registry.registerMetric(gauge)
}
