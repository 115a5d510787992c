// When a line says that it was: instants in the ways in which people write them, to the millisecond.
import { shown } from '../../../infra/problem.ts'
import { dateFault } from '../../../infra/time.ts'
import type { TimeSource } from './mapping.ts'
import { compileSource, type LineFields, type MappedValue } from './sources.ts'
import { Unmapped } from './unmapped.ts'

const ISO =
  /^(\d{4}-\d{2}-\d{2})[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?([Zz]|[+-]\d{2}:?\d{2})$/
const LOCAL = /^(\d{4}-\d{2}-\d{2})[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?$/
/** GTFS counts a day's hours on until its last trip is over. */
const SERVICE_DAY = /^(\d{4}-?\d{2}-?\d{2})[T ](\d{1,2}):(\d{2}):(\d{2})$/
const NUMBER = /^\d{1,17}(?:\.\d{1,9})?$/
const MOST_SERVICE_HOURS = 47
/** The end of the year 9999: what is later has no ISO text of the usual length. */
const LATEST_MS = 253_402_300_799_999

const EXPECTED: Record<TimeSource['format'], string> = {
  iso: 'an instant with its zone such as 2025-06-18T16:30:00+08:00',
  s: 'seconds since 1970',
  ms: 'milliseconds since 1970',
  local: 'a date and time without a zone such as 2025-06-18 16:30:00',
  'service-day': 'a date and a time such as 2025-06-18 25:10:00, up to 47:59:59',
}

/** Throws an Unmapped. */
export function compileTime({
  of,
  format,
  offset = '+00:00',
}: TimeSource): (row: LineFields) => number {
  const read = compileSource(of)
  const offsetMs = offsetOf(offset)
  return (row) => {
    const value = read(row)
    const ms = value === undefined ? null : msOf(value, format, offsetMs)
    if (ms !== null && ms >= 0 && ms <= LATEST_MS) return ms
    throw new Unmapped(
      `the time ${value === undefined ? 'nothing' : shown(value)}`,
      EXPECTED[format],
    )
  }
}

function msOf(value: MappedValue, format: TimeSource['format'], offsetMs: number): number | null {
  const text = String(value)
  switch (format) {
    case 's':
    case 'ms':
      if (!NUMBER.test(text)) return null
      return Math.round(Number(text) * (format === 's' ? 1000 : 1))
    case 'iso': {
      const found = ISO.exec(text)
      const zone = found?.[6].toUpperCase()
      return found && clockMs(found, 23, zone === 'Z' ? 0 : offsetOf(zone!))
    }
    case 'local': {
      const found = LOCAL.exec(text)
      return found && clockMs(found, 23, offsetMs)
    }
    case 'service-day': {
      const found = SERVICE_DAY.exec(text)
      return found && clockMs(found, MOST_SERVICE_HOURS, offsetMs)
    }
  }
}

/** Null for days and hours that do not exist. */
function clockMs(found: RegExpExecArray, mostHours: number, offsetMs: number): number | null {
  const [, day, hour, minute, second = '0', fraction = ''] = found
  const date = day.includes('-') ? day : `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}`
  const isTime = Number(hour) <= mostHours && Number(minute) <= 59 && Number(second) <= 59
  if (dateFault(date) || !isTime || Number.isNaN(offsetMs)) return null
  const seconds = (Number(hour) * 60 + Number(minute)) * 60 + Number(second)
  return (
    Date.parse(`${date}T00:00:00Z`) +
    seconds * 1000 +
    Number(fraction.padEnd(3, '0').slice(0, 3)) -
    offsetMs
  )
}

function offsetOf(zone: string): number {
  const [, sign, hours, minutes] = /^([+-])(\d{2}):?(\d{2})$/.exec(zone) ?? []
  if (Number(hours) > 14 || Number(minutes) > 59) return Number.NaN
  return (sign === '-' ? -60_000 : 60_000) * (Number(hours) * 60 + Number(minutes))
}
