// A line → an event of a declared type, held against the schema that was declared for it.
import { shown } from '../../../infra/problem.ts'
import { createCheckedReader } from '../../../infra/text/checked-json.ts'
import { isoTime } from '../../../infra/time.ts'
import type { Declaration, EventDeclaration } from '../../../producers/contract/declaration.ts'
import type { CityEvent } from '../../../producers/contract/records.ts'
import { eventSchema } from '../../../producers/contract/schemas.ts'
import type { TypedEvent } from './mapping.ts'
import { compileSource, type LineFields } from './sources.ts'
import { Unmapped } from './unmapped.ts'

/** What an export takes for an event, too. */
const LIMITS = { maxBytes: 1024 * 1024, maxDepth: 16 }
/** Until all lines are in order nobody knows which of its asset's events one is. */
const ANY_SEQ = 1

/** `run` = the import, in place of a run of a city. Throws an Unmapped. */
export type EventOf = (
  row: LineFields,
  time: number,
  run: string,
) => { asset: Buffer; value: Buffer }

export function typedEvent(
  source: TypedEvent,
  declaration: Declaration,
  event: EventDeclaration,
): EventOf {
  const read = createCheckedReader<CityEvent>(eventSchema(declaration, event), LIMITS)
  const assetOf = compileSource(source.asset)
  const districtOf = compileSource(source.district)
  const fields = Object.entries(source.data).map(([name, it]) => ({
    name,
    of: compileSource(it),
  }))
  return (row, time, run) => {
    const data: Record<string, unknown> = {}
    for (const { name, of } of fields) {
      const value = of(row)
      if (value !== undefined) data[name] = value
    }
    const subject = assetOf(row)
    const district = districtOf(row)
    const value = Buffer.from(
      JSON.stringify({
        specversion: '1.0',
        id: `${subject}:${ANY_SEQ}`,
        source: `/huacheng/${run}/${declaration.domain}`,
        ...{ type: event.type, subject, time: isoTime(time), seq: ANY_SEQ, district, data },
      }),
    )
    const { fault } = read(value)
    if (fault) {
      throw new Unmapped(
        shown({ subject, district, data }),
        `an event of ${event.type}: ${fault.detail}`,
      )
    }
    return { asset: Buffer.from(subject as string), value }
  }
}

/** The event as its asset's `seq`th. */
export function numbered(value: Buffer, seq: number): Buffer {
  if (seq === ANY_SEQ) return value
  // Neither the subject nor what stands before can hold a quote: the first of each is the field itself.
  return Buffer.from(
    value
      .toString()
      .replace(`:${ANY_SEQ}","source":`, `:${seq}","source":`)
      .replace(`"seq":${ANY_SEQ},"district":`, `"seq":${seq},"district":`),
  )
}
