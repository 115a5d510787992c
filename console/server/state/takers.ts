// What a record downstream of the events changes in the picture: checked by schema, key and run before anything is kept.
import { Type } from 'typebox'
import type { LogRecord } from '../../../infra/event-log/event-log.ts'
import type { IgnoredRecords } from '../../../infra/event-log/ignored-records.ts'
import { createCheckedReader } from '../../../infra/text/checked-json.ts'
import { alertKey, kpiKeys, taskKey } from '../../../processor/contract/keys.ts'
import { frameFault, readFrame, type TaskFrame } from '../../../processor/contract/read-frame.ts'
import { createKpiReader, type KpiRecord, kpiFault } from '../../../processor/contract/read-kpi.ts'
import { alertFault, createAlertReader } from '../../../processor/contract/read-others.ts'
import type { Read, RecordFault } from '../../../processor/contract/run-facts.ts'
import { type Alert, OWNER_HEADER } from '../../../processor/contract/types.ts'
import { incidentKey } from '../../../producers/contract/keys.ts'
import { createResultReader } from '../../../producers/contract/run/command-reader.ts'
import type { Topics } from '../../../producers/contract/topics.ts'
import type { SnapshotListener, SnapshotSource } from './listener.ts'
import type { ShownRun } from './run.ts'

const INCIDENT_LIMITS = { maxBytes: 16 * 1024, maxDepth: 8 }
const OWNER_SHOWN = 200

type Taken = Exclude<SnapshotSource, 'run'>

export type TakerContext = {
  topics: Topics
  ignored: Pick<IgnoredRecords, 'report'>
  tell(call: (listener: SnapshotListener) => void): void
  /** Now, or when the run of this epoch is known. */
  on(epoch: number, take: (run: ShownRun) => void, bytes: number): void
  /** Of this run or of one that is yet to be known. */
  isWanted(epoch: number): boolean
}

export function createTakers(context: TakerContext) {
  const { topics, ignored, tell, on, isWanted } = context
  const readKpi = createKpiReader()
  const readAlert = createAlertReader()
  const readIncident = createCheckedReader<Record<string, unknown>>(
    Type.Object({}),
    INCIDENT_LIMITS,
  )
  const readResult = createResultReader({ topic: topics.commandResult, report: ignored.report })

  function report(source: Taken, record: LogRecord, partition: number, fault: RecordFault): void {
    ignored.report({ topic: topics[source], partition, offset: record.offset, ...fault })
  }

  /** The epoch that the key names; null = reported, or an earlier run's and nobody's error. */
  function epochOf(
    source: Taken,
    keys: { parse(key: string): { epoch: number } | null },
    record: LogRecord,
  ): number | null {
    const key = keys.parse(textOf(record.key))
    if (key) return isWanted(key.epoch) ? key.epoch : null
    report(source, record, 0, {
      reason: 'key',
      detail: `a key that is none of ${topics[source]}'s`,
    })
    return null
  }

  /** Hands what was read to its run, once it fits that. */
  function hand<T>(
    source: Taken,
    record: LogRecord,
    partition: number,
    { epoch, value }: { epoch: number; value: T },
    faultOf: (run: ShownRun, value: T) => RecordFault | null,
    take: (run: ShownRun, value: T) => void,
  ): void {
    const { offset } = record
    on(
      epoch,
      (run) => {
        const fault = faultOf(run, value)
        if (fault) ignored.report({ topic: topics[source], partition, offset, ...fault })
        else take(run, value)
      },
      record.value!.length,
    )
  }

  function take<T>(
    source: Taken,
    record: LogRecord,
    keys: { parse(key: string): { epoch: number } | null },
    read: (record: LogRecord) => Read<T>,
    faultOf: (run: ShownRun, value: T) => RecordFault | null,
    put: (run: ShownRun, value: T) => void,
  ): void {
    const epoch = epochOf(source, keys, record)
    if (epoch === null) return
    const got = read(record)
    if (got.fault) report(source, record, 0, got.fault)
    else hand(source, record, 0, { epoch, value: got.value }, faultOf, put)
  }

  function putKpi(
    run: ShownRun,
    got: KpiRecord,
    text: string,
    owner: string | null,
    at: number,
  ): void {
    if (got.kind === 'ledger') {
      run.chains.put(got.ledger)
      if (run.ledger.put(got.ledger, owner, at)) tell((l) => l.loss?.())
      return
    }
    const { reading } = got
    run.readings.put(reading, text, at)
    if (reading.final && reading.window.kind === 'window') run.history.put(reading)
  }

  return {
    kpi(record: LogRecord) {
      // The log's memory is only lent.
      const { timestamp } = record
      const owner = ownerOf(record)
      const text = textOf(record.value)
      const faultOf = (run: ShownRun, got: KpiRecord) => kpiFault(run.facts, got)
      const put = (run: ShownRun, got: KpiRecord) => putKpi(run, got, text, owner, timestamp)
      take('kpi', record, kpiKeys, readKpi, faultOf, put)
    },
    alert(record: LogRecord) {
      const faultOf = (run: ShownRun, alert: Alert) => alertFault(run.facts, alert)
      take('alert', record, alertKey, readAlert, faultOf, (run, alert) => {
        run.alerts.put(alert.id, alert)
        tell((l) => l.alert?.(alert))
      })
    },
    incident(record: LogRecord) {
      const key = textOf(record.key)
      const read = ({ value }: LogRecord) => readIncident(value)
      take(
        'incident',
        record,
        incidentKey,
        read,
        () => null,
        (run, incident) => {
          run.incidents.put(key, incident)
          tell((l) => l.incident?.(incident))
        },
      )
    },
    map(record: LogRecord, partition: number) {
      const got = readFrame(partition, record)
      if (got.fault) return report('map', record, partition, got.fault)
      const { timestamp } = record
      const { epoch } = got.value.frame
      if (!isWanted(epoch)) return
      const faultOf = (run: ShownRun, told: TaskFrame) =>
        frameFault(run.facts, run.catalogue, run.descriptor, told)
      hand('map', record, partition, { epoch, value: got.value }, faultOf, (run, told) => {
        const numbers = run.map.take(taskKey.build(told), told.frame)
        const tracer = told.sent && { sent: told.sent.oldest, told: timestamp }
        if (numbers.length > 0) tell((l) => l.frame?.(numbers, tracer))
      })
    },
    commandResult(record: LogRecord) {
      const result = readResult(record)
      if (result) tell((l) => l.commandResult?.(result))
    },
  } satisfies Record<Taken, (record: LogRecord, partition: number) => void>
}

const textOf = (bytes: Buffer | null) => bytes?.toString('utf8') ?? ''

function ownerOf({ headers }: LogRecord): string | null {
  const owner = headers?.find(([name]) => name === OWNER_HEADER)?.[1]
  return owner?.toString('utf8').slice(0, OWNER_SHOWN) ?? null
}
