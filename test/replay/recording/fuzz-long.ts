// The long form of fuzz.test.ts: so many rounds of each way to break a recording, memory beside it; then 100,000 hostile records,
// some of 1 MB, through a recording and DuckDB. `npx node test/replay/recording/fuzz-long.ts 400` prints figures; a mismatch ends it with 1.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { realClock } from '../../../infra/clock.ts'
import { printLine } from '../../../infra/program/standard-output.ts'
import { type StreamWords, stream } from '../../../infra/random.ts'
import { CODECS } from '../../../replay/recording/codec.ts'
import { Recording } from '../../../replay/recording/recording.ts'
import { RecordingWriter } from '../../../replay/recording/recording-writer.ts'
import {
  BREAKINGS,
  breakCopy,
  brokenOnce,
  type Result,
  type Sound,
  soundRecording,
} from './fuzz.ts'
import { asText, hostileRecord } from './hostile-records.ts'

const RECORDS = 100_000
const LARGE_EVERY = 2_000
const MB = 1_000_000
/** Bombs cost a second each; of them so many are read by a process of its own, for who makes a bomb needs memory for it too. */
const BOMBS = 40
const READ_ALONE = 10
const MOST_MB = 64

const rounds = Number(process.argv[2] ?? 400)
const scratch = mkdtempSync(join(tmpdir(), 'huacheng-fuzz-'))
const rssMb = () => process.memoryUsage.rss() / MB
const mb = (value: number) => value.toFixed(0).padStart(6)

try {
  await fuzz()
  await roundTrip()
} finally {
  rmSync(scratch, { recursive: true })
}

async function fuzz(): Promise<void> {
  for (const codec of CODECS) {
    for (const isClosed of [true, false]) {
      const sound = await soundRecording(
        join(scratch, `${codec}-${isClosed}`),
        codec,
        600,
        isClosed,
      )
      for (const way of Object.keys(BREAKINGS)) {
        const words = stream(1, `fuzz ${way}`, `${codec} ${isClosed}`)
        const counts: Record<Result, number> = { 'as it was': 0, 'part of it': 0, refused: 0 }
        globalThis.gc?.()
        const idle = rssMb()
        let peak = idle
        const watch = setInterval(() => {
          peak = Math.max(peak, rssMb())
        }, 1)
        const times = way === 'bomb' ? Math.min(rounds, BOMBS) : rounds
        for (let i = 0; i < times; i++) {
          const { result } = await brokenOnce(way, words, sound, join(scratch, 'broken'))
          counts[result]++
        }
        clearInterval(watch)
        const name = `${codec} ${isClosed ? 'closed' : 'open  '} ${way.padEnd(10)}`
        printLine(
          `${name} ${JSON.stringify(counts)}, idle ${mb(idle)} MB, above it at most ${mb(peak - idle)} MB`,
        )
        if (way === 'bomb') await readBombsAlone(sound, words)
      }
    }
  }
}

/** What the reader itself needs for a bomb. */
async function readBombsAlone(sound: Sound, words: StreamWords): Promise<void> {
  let [most, refused] = [0, 0]
  for (let i = 0; i < READ_ALONE; i++) {
    const broken = join(scratch, 'broken')
    await breakCopy('bomb', words, sound, broken)
    const reader = ['--expose-gc', join(import.meta.dirname, 'read-alone.ts'), sound.folder, broken]
    const alone = JSON.parse(execFileSync(process.execPath, reader, { encoding: 'utf8' }))
    most = Math.max(most, alone.above)
    if (alone.refused) refused++
  }
  printLine(
    `  read alone: ${refused} of ${READ_ALONE} refused, above idle at most ${mb(most)} MB (limit ${MOST_MB})`,
  )
  if (most > MOST_MB) process.exitCode = 1
}

/** Every record comes back as it was, and every line of it is read by DuckDB. */
async function roundTrip(): Promise<void> {
  const folder = join(scratch, 'hostile')
  const topic = { partitions: 3, track: 'events' as const }
  const writer = await RecordingWriter.create({
    ...{ folder, codec: 'gz', clock: realClock, source: { kind: 'memory', prefix: '' } },
    topics: { 'city.parking': topic, a: topic, 'x_y-z.1': topic },
  })
  for (const record of hostile()) await writer.add(record.topic, record.partition, [record])
  await writer.close()
  const recording = await Recording.open(folder)
  const expected = hostile()
  let [mismatches, large] = [0, 0]
  for await (const records of recording.records('events')) {
    for (const record of records) {
      if ((record.value?.length ?? 0) >= MB) large++
      if (asText(record) !== asText(expected.next().value!)) mismatches++
    }
  }
  if (!expected.next().done) mismatches++
  await recording.close()
  const connection = await (await DuckDBInstance.create(':memory:')).connect()
  const read = await connection.runAndReadAll(
    `select count(*)::int, count(distinct "offset")::int from read_json('${folder}/events-*.jsonl.gz', format='newline_delimited',
     maximum_object_size=20000000, columns={"offset":'UBIGINT',topic:'VARCHAR',key:'JSON',headers:'JSON',enc:'VARCHAR',n:'BIGINT',value:'JSON'})`,
  )
  const rows = read.getRows()
  printLine(
    `${RECORDS} hostile records, ${large} of them of 1 MB: ${mismatches} mismatches; lines that DuckDB reads, and offsets: ${rows[0]}`,
  )
  if (mismatches > 0 || rows[0][0] !== RECORDS || rows[0][1] !== RECORDS) process.exitCode = 1
}

function* hostile() {
  const words = stream(5, 'records', 'long')
  for (let i = 0; i < RECORDS; i++) {
    const record = hostileRecord(words, BigInt(i))
    yield i % LARGE_EVERY === 0 ? { ...record, value: largeValue(i / LARGE_EVERY) } : record
  }
}

/** JSON, text and bytes in turn. */
function largeValue(i: number): Buffer {
  if (i % 3 === 0) return Buffer.from(`{"a":"${'花'.repeat(MB / 3)}"}`)
  return Buffer.alloc(MB, i % 3 === 1 ? '"\n' : Buffer.from([0xff, 0, 0x0a]))
}
