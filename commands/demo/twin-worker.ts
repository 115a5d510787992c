// The demo's twin in a thread of its own: the city built once more, reading and writing the demo's log through a port.
import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { realClock } from '../../infra/clock.ts'
import { logOverPort } from '../../infra/event-log/port-log.ts'
import { topicNames } from '../../producers/contract/topics.ts'
import { startTwin, type TwinProgress } from '../../twin/twin.ts'
import type { TwinAudit } from '../../twin/twin-city.ts'
import type { OptionValues } from '../options/options.ts'
import { openWorld } from '../wiring/world.ts'

const REPORT_MS = 250

export type TwinWorkerData = {
  /** What it is without: `usual`, or an id. */
  twin: string
  values: OptionValues
  truth: boolean
  seeds?: string
  port: MessagePort
}

/** What it says of itself now and then. */
export type TwinWorkerReport = {
  view: TwinProgress | null
  audit: TwinAudit | null
  longestMs: number
}

const { twin: name, values, truth, seeds, port } = workerData as TwinWorkerData
const world = openWorld(values, { truth, ...(seeds && { seeds }) })
const twin = await startTwin({
  ...{ log: logOverPort(port), clock: realClock, topics: topicNames(), twin: name, waits: true },
  ...{ domains: world.domains, worldOf: () => world },
  // The parts of the demo read the same topic and report what fits nothing.
  ignored: { report() {} },
})

function report(): void {
  realClock.schedule(REPORT_MS, report)
  const view = twin.view()
  const said: TwinWorkerReport = { view, audit: twin.audit(), longestMs: twin.takeLongest() }
  parentPort!.postMessage(said)
}
report()
await twin.done
