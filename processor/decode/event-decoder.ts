// An event's envelope and data, held against the domain's program: declared type, known asset, its partition and district.
import { problemText } from '../../infra/problem.ts'
import { isoTime } from '../../infra/time.ts'
import type { EventData } from '../program/compile.ts'
import type { DomainProgram } from '../program/program.ts'
import type { Decoded } from './decoded.ts'
import { instantOf } from './instant.ts'
import { describeProblem, show } from './schema-problem.ts'
import { wrongSource } from './source.ts'

export class EventDecoder {
  readonly #program: DomainProgram
  readonly #partition: number
  readonly #out: Decoded
  readonly #source: string
  readonly #types: string[]

  constructor(program: DomainProgram, partition: number, out: Decoded) {
    this.#program = program
    this.#partition = partition
    this.#out = out
    this.#source = `/huacheng/${program.run}/${program.domain}`
    this.#types = program.events.map((e) => e.type)
  }

  decode(e: Record<string, unknown>, key: Buffer | null): Decoded {
    const out = this.#out
    const program = this.#program
    if (e.source !== this.#source) return wrongSource(out, e.source, this.#source, program.run)
    if (e.specversion !== '1.0') return out.wrong('/specversion', e.specversion, '"1.0"')
    const event = this.#types.indexOf(e.type as string)
    if (event < 0) return out.wrong('/type', e.type, this.#types.join(' or '))
    const { subject, seq, id, time, district, data, cause } = e
    if (typeof subject !== 'string') return out.wrong('/subject', subject, 'an asset id')
    if (!isText(key, subject)) {
      return out.wrong('key', key === null ? null : key.toString(), `the subject ${show(subject)}`)
    }
    if (typeof seq !== 'number' || !Number.isSafeInteger(seq) || seq < 1) {
      return out.wrong('/seq', seq, 'a whole number ≥ 1')
    }
    if (typeof id !== 'string' || !isId(id, subject, seq)) {
      return out.wrong('/id', id, `"<subject>:<seq>"`)
    }
    const ms = typeof time === 'string' ? instantOf(time) : Number.NaN
    if (Number.isNaN(ms)) return out.wrong('/time', time, 'ISO 8601 UTC with milliseconds')
    // Nothing happens after the end, and windows there would stay open for ever.
    if (ms >= program.end) {
      return out.wrong('/time', time, `a time before ${isoTime(program.end)}, the run's end`)
    }
    if (typeof district !== 'string') return out.wrong('/district', district, 'a district code')
    if (cause !== undefined && typeof cause !== 'string') {
      return out.wrong('/cause', cause, 'a string')
    }
    const { check, schema, errors } = program.events[event]
    if (!check(data)) {
      return out.reject('schema', describeProblem(schema, data, errors(data)))
    }
    out.event = event
    out.time = ms
    out.seq = seq
    out.data = data as EventData
    return this.#locate(subject, district)
  }

  /** Whose event it is: an asset of this domain, partition and district. */
  #locate(subject: string, district: string): Decoded {
    const out = this.#out
    const { catalogue, assets, scopes, domain } = this.#program
    const number = catalogue.numberOf(subject)
    if (number < assets.from || number >= assets.to) {
      const expected = `an asset of ${domain}`
      return out.reject('unknown-asset', problemText('/subject', show(subject), expected))
    }
    const home = assets.partitionOf[number - assets.from]
    if (home !== this.#partition) {
      const got = `${show(subject)} of partition ${home}`
      const expected = `partition ${this.#partition}`
      return out.reject('unknown-asset', problemText('/subject', got, expected))
    }
    const code = scopes[catalogue.district[number]]
    if (district !== code) return out.wrong('/district', district, `"${code}"`)
    out.kind = 'event'
    out.number = number
    out.local = assets.localOf[number - assets.from]
    return out
  }
}

// Byte by byte is faster than making a string, and asset ids are ASCII.
function isText(key: Buffer | null, text: string): boolean {
  if (key === null || key.length !== text.length) return false
  for (let i = 0; i < text.length; i++) if (key[i] !== text.charCodeAt(i)) return false
  return true
}

function isId(id: string, subject: string, seq: number): boolean {
  const at = subject.length
  if (id.charCodeAt(at) !== 58 || !id.startsWith(subject)) return false
  return id.length - at <= 16 && id.slice(at + 1) === String(seq)
}
