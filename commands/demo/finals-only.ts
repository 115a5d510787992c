// The log as a twin's thread reads it: of the city's readings the finals of windows alone, for the rest would be copied there in vain.
import type { LogRecord } from '../../infra/event-log/event-log.ts'
import type { PortLog } from '../../infra/event-log/port-log.ts'
import { kpiKeys } from '../../processor/contract/keys.ts'

/** `kpi`: name of that topic; all others are handed on as they are. */
export function finalsOnly(log: PortLog, kpi: string): PortLog {
  return {
    offsets: (topic) => log.offsets(topic),
    append: (topic, partition, records) => log.append(topic, partition, records),
    tail(options) {
      if (options.topic !== kpi) return log.tail(options)
      return log.tail({
        ...options,
        batch: (batch) => options.batch({ ...batch, records: batch.records.filter(isFinal) }),
      })
    },
  }
}

const isFinal = ({ key }: LogRecord) =>
  key !== null && kpiKeys.parse(key.toString())?.kind === 'window'
