// A demo in this process with cues at which the clock stands, for tests that send it there and compare it with the run without a clock.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import { WebSocket } from 'ws'
import { type DemoOptions, startDemo } from '../../../commands/demo/demo-start.ts'
import { digestOf } from '../../../commands/digest.ts'
import { computeKpis } from '../../../commands/kpis.ts'
import { openWorld } from '../../../commands/wiring/world.ts'
import {
  type CommandAnswer,
  type KpiReading,
  type ProofView,
  REPLACED,
  type ServerMessage,
  type StageMessage,
  SUBPROTOCOL,
  type TaskView,
} from '../../../console/messages.ts'
import { waitUntil } from '../../../load/wait-until.ts'
import { topicNames } from '../../../producers/contract/topics.ts'
import { readRuns } from '../../../producers/run/run-history.ts'
import { SEEDS_ROOT } from '../../../seeds/load/city.ts'

/** It only ends what hangs: a machine with other work takes long for so many starts. */
export const LONG_MS = 180_000
export const MINUTE_MS = 60_000
/** Sim minutes after the start; the clock stands at each but the first. The storm begins at the second. */
const CUES = [0, 4, 8, 12]

type Hello = Extract<ServerMessage, { op: 'hello' }>
type Agg = Extract<ServerMessage, { op: 'agg' }>
type Reference = Pick<ReturnType<typeof digestOf>, 'digest' | 'partitions'> & {
  finals: Map<string, KpiReading[]>
}

const lasting = (minutes: number) => (minutes === 0 ? 'PT0S' : `PT${minutes}M`)

export class KeptDemo {
  readonly demo: Awaited<ReturnType<typeof startDemo>>
  readonly #folder: string
  readonly #values: Record<string, string>
  #socket: WebSocket
  #hello: Hello | null = null
  #agg: Agg | null = null
  #problem: string | null = null
  /** All that was said of what went wrong. */
  readonly problems: string[] = []
  /** By cue and accepted commands: many tests come to the same place. */
  readonly #references = new Map<string, Reference>()

  private constructor(
    demo: KeptDemo['demo'],
    { folder, values }: { folder: string; values: Record<string, string> },
  ) {
    this.demo = demo
    this.#folder = folder
    this.#values = values
    this.#socket = this.#dial()
  }

  /** Resolves when it reports; its script lies in `folder`, which goes when it is closed. */
  static async open(
    more: Record<string, string> = {},
    options: DemoOptions = {},
    folder = mkdtempSync(join(tmpdir(), 'huacheng-kept-')),
  ) {
    mkdirSync(folder, { recursive: true })
    const scenario = join(folder, 'kept.json')
    writeFileSync(scenario, storyOf())
    // No cue comes before it is asked for.
    const own = { city: 'testville', scenario, for: 'PT1H', port: '0', speed: '1' }
    const values = { ...own, 'log-level': 'fatal', ...more }
    const opened = new KeptDemo(await startDemo(values, options), { folder, values })
    await waitUntil('the city reports', () => opened.#agg !== null, LONG_MS)
    return opened
  }

  async close(): Promise<void> {
    this.#socket.terminate()
    await this.demo.stop()
    rmSync(this.#folder, { recursive: true })
  }

  /** What the page says went wrong. */
  get problem(): string | null {
    return this.#problem
  }

  async ask<T>(path: string, body?: object): Promise<T> {
    const headers = { 'content-type': 'application/json', origin: this.demo.url }
    const request = body && { method: 'POST', headers, body: JSON.stringify(body) }
    return (await (await fetch(this.demo.url + path, request)).json()) as T
  }

  send(stage: Omit<StageMessage, 'op'>): void {
    this.#socket.send(JSON.stringify({ op: 'stage', ...stage }))
  }

  timeOf(cue: number): number {
    return Date.parse(this.demo.world.descriptor.start) + CUES[cue] * MINUTE_MS
  }

  /** Goes to a cue where the clock stands; `kept` = whether the city had been kept there, where that is known. */
  async go(cue: number, kept?: boolean): Promise<void> {
    const before = this.#hello?.run.world
    this.send({ cue })
    const stands = () => {
      const { clock, health } = this.#agg ?? {}
      const isThere = clock?.status === 'paused' && clock.horizon === this.timeOf(cue)
      return isThere && health?.lagSimMs === 0
    }
    const isGone = () => kept === undefined || (this.#hello?.run.world !== before) === kept
    const seen = () => {
      const { clock, health } = this.#agg ?? {}
      const at = clock && new Date(clock.horizon).toISOString()
      const where = `${clock?.status} at ${at}, ${health?.lagSimMs} ms behind`
      const { run, stage } = this.#hello ?? {}
      return `${where}, world ${run?.world} after ${before}, stage ${JSON.stringify(stage)} ${this.#problem}`
    }
    await waitUntil(`cue ${cue}`, () => (isGone() && stands()) || seen(), LONG_MS)
  }

  async reset(): Promise<void> {
    const before = this.#hello?.run.world
    this.send({ restart: true })
    const isThere = () => this.#hello?.run.world !== before && this.#agg !== null
    await waitUntil('the start', isThere, LONG_MS)
  }

  /** A command to an asset of the city; resolves with its answer. */
  order(id: string, number = 0): Promise<CommandAnswer> {
    const { ids, ranges } = this.demo.world.catalogue
    const target = ids[ranges.parking.from + number]
    const args = { for: 'PT1H', share: 1 }
    return this.ask('/api/commands', { id, name: 'parking.divert', target, args })
  }

  /** What the run without a clock comes to up to a cue, with these accepted commands. */
  async undisturbed(cue: number, wanted: string[]): Promise<Reference> {
    const [run] = await readRuns(this.demo.log, topicNames().run, () => {})
    const log = run.commands.filter(({ id }) => wanted.includes(id))
    expect(log.map(({ id }) => id)).toEqual(wanted)
    const text = log.map((command) => `${JSON.stringify(command)}\n`).join('')
    const name = `${cue} ${text}`
    const reference = this.#references.get(name) ?? this.#referenceOf(cue, text)
    this.#references.set(name, reference)
    return reference
  }

  /** What is shown while the clock stands at a cue is what a run without a clock comes to that obeys these commands. */
  async expectUndisturbed(cue: number, commands: string[] = []): Promise<void> {
    const { digest, partitions, finals: expected } = await this.undisturbed(cue, commands)
    await waitUntil('the last tick is complete', async () => {
      const { digest: shown } = await this.ask<ProofView>('/api/proof')
      return shown?.digest === digest
    })
    const proof = await this.ask<ProofView>('/api/proof')
    expect(proof.digest!.chains).toEqual(partitions)
    for (const task of await this.ask<TaskView[]>('/api/ledger')) {
      expect([task.unexplained, task.duplicate, task.late, task.deadLetter]).toEqual([0, 0, 0, 0])
      expect(task.produced).toBe(task.folded)
    }
    expect(expected.size).toBeGreaterThan(20)
    for (const [kpi, finals] of expected) {
      const shown = await this.ask<KpiReading[]>(`/api/kpis/${kpi}/history`)
      expect(shown, kpi).toEqual(finals)
    }
  }

  /** As a page does: where its server was replaced it dials again. */
  #dial(): WebSocket {
    const { url } = this.demo
    const socket = new WebSocket(`${url.replace('http', 'ws')}/live`, SUBPROTOCOL, { origin: url })
    socket.on('message', (data: Buffer, isBinary: boolean) => {
      if (!isBinary) this.#hear(JSON.parse(data.toString()) as ServerMessage)
    })
    socket.on('close', (code: number) => {
      if (code === REPLACED) this.#socket = this.#dial()
    })
    socket.on('error', () => {})
    return socket
  }

  #hear(message: ServerMessage): void {
    if (message.op === 'hello') {
      this.#hello = message
      this.#agg = null
      this.#problem = message.stage.problem
    } else if (message.op === 'agg') this.#agg = message
    else if (message.op === 'event' && message.kind === 'stage') {
      this.#problem = message.stage.problem
      if (this.#problem !== null) this.problems.push(this.#problem)
    }
  }

  #referenceOf(cue: number, text: string): Reference {
    const commands = join(this.#folder, 'commands.jsonl')
    writeFileSync(commands, text)
    const asked = { ...this.#values, for: `PT${CUES[cue]}M`, commands }
    const world = openWorld(asked, { truth: true })
    const { digest, partitions } = digestOf(world, 1)
    const finals = new Map<string, KpiReading[]>()
    computeKpis(world, (reading) => {
      if (reading.window.kind !== 'window') return
      finals.set(reading.kpi, [...(finals.get(reading.kpi) ?? []), reading])
    })
    return { digest, partitions, finals }
  }
}

/** The city's storm, from the second cue on. */
function storyOf(): string {
  const file = join(SEEDS_ROOT, 'testville', 'scenarios', 'storm.json')
  const cues = CUES.map((minutes) => {
    const title = { zh: `第${minutes}分钟`, en: `minute ${minutes}` }
    return { at: lasting(minutes), title, say: title, ...(minutes > 0 && { hold: true }) }
  })
  const storm = JSON.parse(readFileSync(file, 'utf8')) as { incidents: object[] }
  const incidents = storm.incidents.map((incident) => ({ ...incident, at: lasting(CUES[2]) }))
  return JSON.stringify({ ...storm, incidents, cues })
}
