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
    new Gauge({
      name: 'kestrel_stream_readers',
      help: 'Readers of the event stream.',
      registers,
      collect(): void {
        this.set(readers())
      },
    })
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
  const registers = [registry]
  new Gauge({
    name: 'process_resident_memory_bytes',
    help: 'Memory of the process.',
    registers,
    collect(): void {
      this.set(process.memoryUsage.rss())
    },
  })
  new Gauge({
    name: 'process_uptime_seconds',
    help: 'Seconds since the process began.',
    registers,
    collect(): void {
      this.set(process.uptime())
    },
  })
  let lastMicros = 0
  new Counter({
    name: 'process_cpu_seconds_total',
    help: 'Processor time of the process.',
    registers,
    collect(): void {
      const { user, system } = process.cpuUsage()
      this.inc((user + system - lastMicros) / 1e6)
      lastMicros = user + system
    },
  })
}
