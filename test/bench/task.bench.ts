// Prints µs per event of decode + fold, of a window's close and of a provisional: `npx node test/bench/task.bench.ts`.
// CPU time of this process, median of the rounds after warm-up; other load on the machine is printed beside it.
import { loadavg } from 'node:os'
import type { LogRecord } from '../../infra/event-log/event-log.ts'
import { compileRun } from '../../processor/program/program.ts'
import type { Effects } from '../../processor/task/outcome.ts'
import { createTask } from '../../processor/task/task.ts'
import {
  CITY,
  createTape,
  EPOCH,
  lampCatalogue,
  lampDescriptor,
  MINUTE,
  START,
} from '../processor/lamp.ts'

const ASSETS = 8333
const ROUNDS = 12
const WARM_UP = 4

const catalogue = lampCatalogue(ASSETS)
const program = compileRun(lampDescriptor({ catalogue: catalogue.hash }), catalogue, CITY).get(
  'lamp',
)!
const task = createTask({ program, partition: 0, epoch: EPOCH, topic: 'city.lamp' })
const tape = createTape()
const effects: Effects = { finals: [], rejected: [] }
task.record(tape.started(), effects)

function round(k: number): { events: LogRecord[]; tick: LogRecord } {
  const events: LogRecord[] = []
  for (let lamp = 0; lamp < ASSETS; lamp++) {
    const time = START + k * MINUTE + Math.floor((lamp * MINUTE) / ASSETS)
    events.push(tape.event({ lamp, seq: k + 1, time, data: { watts: (lamp + k) % 90 } }))
  }
  return { events, tick: tape.tick(START + (k + 1) * MINUTE) }
}

/** CPU µs of `work`. */
function cpu(work: () => void): number {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return user + system
}

/** JSON.parse alone, as a yardstick of the machine's state. */
const perParse: number[] = []
const perEvent: number[] = []
const perClose: number[] = []
const perProvisional: number[] = []
const perFrame: number[] = []
const perCheckpoint: number[] = []
let bytes = 0
for (let k = 0; k < ROUNDS; k++) {
  const { events, tick } = round(k)
  const parse = cpu(() => {
    for (const { value } of events) JSON.parse(value!.toString('latin1'))
  })
  const fold = cpu(() => {
    for (const record of events) task.record(record, effects)
  })
  const provisional = cpu(() => task.provisional())
  const frame = cpu(() => task.frame(false))
  const close = cpu(() => task.record(tick, effects))
  const checkpoint = cpu(() => {
    bytes = task.checkpoint().length
  })
  if (k < WARM_UP) continue
  perParse.push(parse / ASSETS)
  perEvent.push(fold / ASSETS)
  perClose.push(close)
  perProvisional.push(provisional)
  perFrame.push(frame)
  perCheckpoint.push(checkpoint)
}
if (effects.finals.length !== ROUNDS || effects.rejected.length > 0) {
  throw new Error(`bench: ${effects.finals.length} finals, ${effects.rejected.length} rejected`)
}

const median = (xs: number[]) => xs.sort((a, b) => a - b)[xs.length >> 1]
console.log(
  `load ${loadavg()[0].toFixed(1)}, ${ASSETS} assets, ${program.measures.length} measures`,
)
console.log(`JSON.parse alone   ${median(perParse).toFixed(2)} µs per event`)
console.log(`decode + fold      ${median(perEvent).toFixed(2)} µs per event`)
console.log(`window close       ${median(perClose)} µs (chain of the window included)`)
console.log(`provisional        ${median(perProvisional)} µs`)
console.log(`frame of all       ${median(perFrame)} µs`)
console.log(`checkpoint         ${median(perCheckpoint)} µs, ${bytes} bytes`)
