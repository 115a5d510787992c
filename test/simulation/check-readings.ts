// What must hold of the readings: finals as the oracle says, in every cell and by every writer; what readers show never goes back.
import { createLedgerBook } from '../../console/server/state/ledger.ts'
import { createReadings } from '../../console/server/state/readings.ts'
import type { Alert, KpiReading, LedgerReading } from '../../processor/contract/types.ts'
import type { Cell, Partial } from '../../producers/contract/records.ts'
import { topics } from './cast.ts'
import type { TinyCity, Undisturbed } from './city.ts'
import { type Expected, expectedAlerts, expectedFinals, KPIS } from './oracle.ts'
import type { ToldRun } from './runs.ts'
import type { World } from './world.ts'

type Run = ToldRun & Undisturbed
type Report = (text: string) => void

export function checkReadings(world: World, tiny: TinyCity, runs: Run[], report: Report): void {
  for (const run of runs) checkFinals(world, tiny, run, run === runs.at(-1), report)
  checkReaders(world, runs.at(-1)!, report)
}

function checkFinals(
  world: World,
  tiny: TinyCity,
  run: Run,
  isNewest: boolean,
  report: Report,
): void {
  const expected = expectedFinals(run.lanes, tiny.scenario)
  if (world.settings.midnight) world.met('day that ends in the run')
  const found = new Map<string, string>()
  const writers = new Map<string, string>()
  const newestDay = new Map<string, string>()
  const lastDay = new Map<string, string>()
  for (const { key, value, writer } of world.broker.shelf(topics.kpi, 0).records) {
    const [epoch, kpi] = String(key).split('|')
    if (Number(epoch) !== run.epoch || kpi === 'ledger') continue
    const text = value!.toString()
    const reading = JSON.parse(text) as KpiReading
    if (reading.incomplete) world.met('reading marked incomplete')
    if (!reading.final) continue
    const { kind, start, end } = reading.window
    const name = `${kpi}|${kind}|${kind === 'day' ? end : start}`
    const before = found.get(name)
    if (before !== undefined) {
      if (before !== text) report(`final ${name} by ${writer}: ${text}, before ${before}`)
      world.met('final written again')
      if (writers.get(name) !== writer) world.met('merge rebuilt after finals were written')
      continue
    }
    writers.set(name, writer)
    found.set(name, text)
    compare(name, reading, expected.get(name), report)
  }
  for (const { key, value } of world.broker.shelf(topics.kpi, 0).records) {
    const [epoch, kpi, day] = String(key).split('|')
    if (Number(epoch) !== run.epoch || day !== 'day') continue
    const { end } = (JSON.parse(value!.toString()) as KpiReading).window
    lastDay.set(`${kpi} ${key}`, end)
    if (end > (newestDay.get(`${kpi} ${key}`) ?? '')) newestDay.set(`${kpi} ${key}`, end)
  }
  for (const [name, end] of isNewest ? lastDay : []) {
    if (end !== newestDay.get(name)) report(`day ${name}: ends as that of ${end}, not the newest`)
  }
  checkTruthFlags(run, tiny, found, report)
  if (!isNewest || world.trimmed.size > 0) return
  checkAlerts(world, run, expectedAlerts(expected, tiny.scenario), report)
  for (const name of expected.keys()) {
    // A merge that is rebuilt tells each day once, as of its newest window: checked above.
    if (!name.includes('|day|') && !found.has(name)) report(`final ${name}: missing`)
  }
}

/** Those that the final windows give, and as the last record of each says: opened and closed at the right windows. */
function checkAlerts(
  world: World,
  run: Run,
  expected: Map<string, string | null>,
  report: Report,
): void {
  // A merge that is rebuilt from part of the windows sees other streaks.
  if (world.settings.troubles.includes('retention')) return
  const last = new Map<string, Alert>()
  for (const { value } of world.broker.shelf(topics.alert, 0).records) {
    const alert = JSON.parse(value!.toString()) as Alert
    if (alert.epoch === run.epoch) last.set(alert.openedAt, alert)
  }
  world.met('alert', last.size)
  for (const openedAt of new Set([...last.keys(), ...expected.keys()])) {
    const got = last.get(openedAt)
    if (got && expected.has(openedAt) && got.closedAt === expected.get(openedAt)) continue
    const was = got ? `closed at ${got.closedAt}` : 'missing'
    report(`alert of ${openedAt}: ${was}, expected ${expected.get(openedAt)}`)
  }
}

function compare(
  name: string,
  reading: KpiReading,
  expected: Expected | undefined,
  report: Report,
): void {
  if (!expected) {
    report(`final ${name}: nobody expects it`)
    return
  }
  for (const [scope, cell] of Object.entries(expected)) {
    const got = reading.scopes[scope]
    const isEqual =
      got?.value === cell.value &&
      got.numerator === cell.numerator &&
      got.denominator === cell.denominator &&
      got.n === cell.n
    if (isEqual) continue
    report(`final ${name}, ${scope}: ${JSON.stringify(got)}, expected ${JSON.stringify(cell)}`)
  }
}

/** Without faults everything equals the truth; with them the flag says so exactly where it does not. */
function checkTruthFlags(
  run: Run,
  { scenario }: TinyCity,
  found: Map<string, string>,
  report: Report,
): void {
  const truth = [...run.truth.values()]
  for (const [name, text] of found) {
    const reading = JSON.parse(text) as KpiReading
    const { kind, end } = reading.window
    const total: Cell = [0, 0, 0]
    for (const partial of truth.filter((t) => t.end === end)) add(total, partial, reading.kpi, kind)
    const city = reading.scopes['990000']
    const tenths = reading.kpi === 'lamp.power' ? 10 : 1
    const isEqual =
      Math.round(city.numerator * tenths) === total[0] &&
      city.n === total[2] &&
      (reading.kpi !== 'lamp.power' || Math.round(city.denominator! * tenths) === total[1])
    // Equal sums may hide differing cells, so only a wrong `equal` can be seen from here.
    if (reading.truth === 'equal' && !isEqual) report(`final ${name}: says equal and is not`)
    if (scenario.faults.length === 0 && reading.truth !== 'equal') {
      report(`final ${name}: says ${reading.truth} without any fault`)
    }
  }
}

function add(total: Cell, partial: Partial, kpi: string, kind: 'window' | 'day'): void {
  for (const cell of Object.values(partial.measures[kpi.slice('lamp.'.length)][kind])) {
    total[0] += cell[0]
    total[1]! += cell[1] ?? 0
    total[2] += cell[2]
  }
}

/** The console's own readers, fed with everything in the order in which it was written. */
function checkReaders(world: World, run: Run, report: Report): void {
  const readings = createReadings()
  const ledgers = createLedgerBook()
  let shown = Number.NEGATIVE_INFINITY
  let accounted = Number.NEGATIVE_INFINITY
  for (const { key, value, writer, offset } of world.broker.shelf(topics.kpi, 0).records) {
    const [epoch, kind] = String(key).split('|')
    if (Number(epoch) !== run.epoch) continue
    const text = value!.toString()
    if (kind === 'ledger') {
      ledgers.put(JSON.parse(text) as LedgerReading, null, 0)
      const watermark = ledgers.slowestWatermark()!
      if (ledgers.all().length < 2) continue
      if (watermark < accounted) report(`ledger ${key} at ${offset} by ${writer}: goes back`)
      accounted = watermark
      continue
    }
    readings.put(JSON.parse(text) as KpiReading, text)
    // A KPI that is first told after a merge died half-way through a telling has no watermark that could go back.
    const told = readings.latest().filter(({ reading }) => reading.window.kind === 'window')
    if (told.length < KPIS.length) continue
    const watermark = readings.slowestWatermark() ?? Number.NEGATIVE_INFINITY
    if (watermark < shown)
      report(`reading ${key} at ${offset} by ${writer}: the watermark goes back`)
    shown = watermark
  }
}
