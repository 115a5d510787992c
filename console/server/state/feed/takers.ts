// What a record downstream of the events changes in the picture: one function per topic, behind one intake.
import type { LogRecord } from '../../../../infra/event-log/event-log.ts'
import { createCheckedReader } from '../../../../infra/text/checked-json.ts'
import { alertKey, kpiKeys, taskKey, twinKeys } from '../../../../processor/contract/keys.ts'
import { frameFault, readFrame } from '../../../../processor/contract/read-frame.ts'
import {
  createKpiReader,
  type KpiRecord,
  kpiFault,
  readingFault,
} from '../../../../processor/contract/read-kpi.ts'
import { isLine } from '../../../../processor/contract/read-lines.ts'
import { alertFault, createAlertReader } from '../../../../processor/contract/read-others.ts'
import { createTwinReader } from '../../../../processor/contract/read-twin.ts'
import { OWNER_HEADER } from '../../../../processor/contract/types.ts'
import { incidentKey } from '../../../../producers/contract/keys.ts'
import type { IncidentRecord } from '../../../../producers/contract/records.ts'
import { createResultReader } from '../../../../producers/contract/run/command-reader.ts'
import { incidentSchema } from '../../../../producers/contract/schemas.ts'
import {
  Intake,
  type IntakeContext,
  type Notify,
  type RunSource,
  type Taker,
  textOf,
} from './intake.ts'
import { lineTaker } from './line-taker.ts'

const INCIDENT_LIMITS = { maxBytes: 16 * 1024, maxDepth: 8 }
const OWNER_SHOWN = 200

export function createTakers(context: IntakeContext, notify: Notify): Record<RunSource, Taker> {
  const intake = new Intake(context)
  const { current, topics } = context
  const own = kpiTaker(intake, notify, 'readings')
  const lines = lineTaker({ current, notify, report: (at, fault) => intake.report(at, fault) })
  return {
    kpi: kpiTaker(intake, notify, 'kpi', topics.readings !== undefined),
    readings: (record, partition) => (isLine(record) ? lines : own)(record, partition),
    kpiTwin: twinTaker(intake),
    alert: alertTaker(intake, notify),
    incident: incidentTaker(intake, notify),
    map: mapTaker(intake, notify),
    commandResult: resultTaker(context, notify),
  }
}

/** `isAccountOnly`: the readings are another engine's, and only the account of the records is the processor's. */
function kpiTaker(
  intake: Intake,
  notify: Notify,
  source: 'kpi' | 'readings',
  isAccountOnly = false,
): Taker {
  const read = createKpiReader()
  return (record, partition) => {
    // Now: the log's memory is only lent.
    const { timestamp } = record
    const owner = ownerOf(record)
    const text = textOf(record.value)
    intake.take<KpiRecord>({ source, partition, record }, kpiKeys, read, {
      faultOf(run, got) {
        const isShown = got.kind === 'reading' && !isAccountOnly
        return kpiFault(run.facts, got) ?? (isShown ? run.source.faultOf('processor') : null)
      },
      put(run, got) {
        if (got.kind === 'ledger') {
          run.chains.put(got.ledger)
          run.spans.put(got.ledger)
          if (run.ledger.put(got.ledger, owner, timestamp)) notify((l) => l.loss?.())
        } else if (!isAccountOnly) {
          const { reading } = got
          run.readings.put(reading, text, timestamp)
          if (reading.final && reading.window.kind === 'window') {
            run.history.put(reading)
            notify((l) => l.final?.())
          }
        }
      },
    })
  }
}

function twinTaker(intake: Intake): Taker {
  const read = createTwinReader()
  return (record) =>
    intake.take({ source: 'kpiTwin', partition: 0, record }, twinKeys, read, {
      faultOf: (run, reading) => readingFault(run.facts, reading),
      put: (run, reading) => run.twins.put(reading),
    })
}

function alertTaker(intake: Intake, notify: Notify): Taker {
  const read = createAlertReader()
  return (record) =>
    intake.take({ source: 'alert', partition: 0, record }, alertKey, read, {
      faultOf: (run, alert) => alertFault(run.facts, alert),
      put(run, alert) {
        run.alerts.put(alert.id, alert)
        notify((l) => l.alert?.(alert))
      },
    })
}

function incidentTaker(intake: Intake, notify: Notify): Taker {
  const read = createCheckedReader<IncidentRecord>(incidentSchema, INCIDENT_LIMITS)
  const readValue = ({ value }: LogRecord) => read(value)
  return (record) => {
    const key = textOf(record.key)
    intake.take({ source: 'incident', partition: 0, record }, incidentKey, readValue, {
      faultOf: () => null,
      put(run, incident) {
        run.incidents.put(key, incident)
        notify((l) => l.incident?.(incident))
      },
    })
  }
}

/** A frame names its epoch itself. */
function mapTaker(intake: Intake, notify: Notify): Taker {
  return (record, partition) => {
    const origin = { source: 'map', partition, record } as const
    const got = readFrame(partition, record)
    if (got.fault) {
      intake.report(origin, got.fault)
      return
    }
    const { timestamp } = record
    const { epoch } = got.value.frame
    if (!intake.isWanted(epoch)) return
    intake.hand(origin, epoch, got.value, {
      faultOf: (run, read) => frameFault(run.facts, run.catalogue, run.descriptor, read),
      put(run, read) {
        const numbers = run.map.take(taskKey.build(read), read.frame)
        const oldest = read.sent && { sent: read.sent.oldest, told: timestamp }
        if (numbers.length > 0) notify((l) => l.frame?.(numbers, oldest))
      },
    })
  }
}

/** An answer belongs to a command, whichever run it was for. */
function resultTaker({ topics, ignored }: IntakeContext, notify: Notify): Taker {
  const read = createResultReader({ topic: topics.commandResult, report: ignored.report })
  return (record) => {
    const result = read(record)
    if (result) notify((l) => l.commandResult?.(result))
  }
}

function ownerOf({ headers }: LogRecord): string | null {
  const owner = headers?.find(([name]) => name === OWNER_HEADER)?.[1]
  return owner?.toString('utf8').slice(0, OWNER_SHOWN) ?? null
}
