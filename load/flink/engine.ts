// Flink without its scripts: one JVM that runs a bounded job to its end, or a JobManager and a TaskManager of their own.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { realClock } from '../../infra/clock.ts'
import { Problem } from '../../infra/problem.ts'
import { EXIT_FAILED } from '../../infra/program/exit-codes.ts'
import { freePort, ROOT } from '../child-program.ts'
import { cpuMsOf } from '../peers/warm-program.ts'
import { waitUntil } from '../wait-until.ts'
import { someJar } from './jars.ts'

const SETTINGS = join(ROOT, 'infra/flink')
const CLIENT = ['org.apache.flink.client.cli.CliFrontend', 'run']
const DRIVER = ['-c', 'org.apache.flink.table.runtime.application.SqlDriver']
const JOB_MANAGER = 'org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint'
const TASK_MANAGER = 'org.apache.flink.runtime.taskexecutor.TaskManagerRunner'
/** The client reads classes of java.util by reflection. */
const OPENED = '--add-opens=java.base/java.util=ALL-UNNAMED'
/** Compiling twice costs more than it brings within minutes. */
const SHORT_LIVED = '-XX:TieredStopAtLevel=1'
const START_MS = 300_000
const SUBMIT_MS = 600_000
const SAVEPOINT_MS = 300_000

type Job = { jid: string; state: string }

export class FlinkEngine {
  readonly #lib: string
  readonly #folder: string
  readonly #children = new Map<string, ChildProcess>()
  #rest = 0

  /** `folder` takes settings, logs, checkpoints; `lib` holds the jars. */
  constructor(lib: string, folder: string) {
    this.#lib = lib
    this.#folder = folder
  }

  /** Plans and runs a bounded job in one JVM; resolves when it has ended, rejects with what went wrong. */
  async runBounded(sql: string): Promise<void> {
    await this.#settings(true)
    const memory = ['-Xmx1400m', '-XX:MaxDirectMemorySize=512m', SHORT_LIVED, OPENED]
    await this.#client('local', [...memory], ['-t', 'local'], sql)
  }

  async startCluster(): Promise<void> {
    await this.#settings(false)
    this.#startJobManager()
    this.startTaskManager()
    await this.#slots()
  }

  #startJobManager(): void {
    this.#java('jobmanager', ['-Xmx512m'], [JOB_MANAGER, '--configDir', this.#conf])
  }

  startTaskManager(): void {
    const memory = ['-Xmx800m', '-XX:MaxDirectMemorySize=192m', '-XX:MaxMetaspaceSize=256m']
    this.#java('taskmanager', memory, [TASK_MANAGER, '--configDir', this.#conf])
  }

  /** As a power cut would. */
  async killTaskManager(): Promise<void> {
    await this.#end('taskmanager', 'SIGKILL')
  }

  /**
   * As a power cut would; another one takes its place and knows of no job. Resolves with the newest checkpoint of the job
   * that ran, when the TaskManager has let go of it.
   */
  async replaceJobManager(): Promise<string> {
    const jid = await this.#runningJob()
    await this.#end('jobmanager', 'SIGKILL')
    this.#startJobManager()
    await this.#slots()
    return newestCheckpoint(join(this.#folder, 'checkpoints', jid))
  }

  /** Resolves when no job has a slot. */
  async cancel(): Promise<void> {
    await this.#ask(`/jobs/${await this.#runningJob()}`, { method: 'PATCH' })
    await this.#slots()
  }

  /** Resolves when the job is accepted. */
  async submit(sql: string): Promise<void> {
    await this.#client('submit', ['-Xmx768m', SHORT_LIVED, OPENED], ['-d', '-t', 'remote'], sql)
  }

  async waitForRunning(): Promise<void> {
    await waitUntil(
      'the job runs',
      async () => (await this.#tasksRunning()) || 'not all tasks',
      START_MS,
    )
  }

  /** CPU of JobManager and TaskManager since they began, all threads. */
  cpuMs(): { jobManager: number; taskManager: number } {
    const of = (name: string) => cpuMsOf(this.#children.get(name)!.pid!)
    return { jobManager: of('jobmanager'), taskManager: of('taskmanager') }
  }

  /** Resolves when there is a checkpoint to go on from. */
  async waitForCheckpoint(): Promise<void> {
    const look = async () => {
      const jid = await this.#runningJob()
      const { counts } = await this.#ask<{ counts: { completed: number } }>(
        `/jobs/${jid}/checkpoints`,
      )
      return counts.completed > 0 || 'no checkpoint'
    }
    await waitUntil('a checkpoint', look, START_MS)
  }

  /** Stops the job with a savepoint; resolves with its place. */
  async stopWithSavepoint(): Promise<string> {
    const jid = await this.#runningJob()
    const asked = await this.#ask<{ 'request-id': string }>(`/jobs/${jid}/stop`, {
      method: 'POST',
      body: JSON.stringify({ drain: false }),
    })
    let place = ''
    await waitUntil(
      'a savepoint',
      async () => {
        const path = `/jobs/${jid}/savepoints/${asked['request-id']}`
        const { status, operation } = await this.#ask<{
          status: { id: string }
          operation?: { location?: string; 'failure-cause'?: { class: string } }
        }>(path)
        place = operation?.location ?? ''
        return place !== '' || `${status.id} ${operation?.['failure-cause']?.class ?? ''}`
      },
      SAVEPOINT_MS,
    )
    return place
  }

  async stop(): Promise<void> {
    for (const name of [...this.#children.keys()]) await this.#end(name, 'SIGTERM')
  }

  get #conf(): string {
    return join(this.#folder, 'conf')
  }

  async #settings(waits: boolean): Promise<void> {
    for (const name of ['conf', 'tmp', 'checkpoints', 'savepoints']) {
      mkdirSync(join(this.#folder, name), { recursive: true })
    }
    this.#rest = await freePort()
    const text = readFileSync(join(SETTINGS, 'config.yaml'), 'utf8')
      .replaceAll('@DIR@', this.#folder)
      .replaceAll('@RPC@', String(await freePort()))
      .replaceAll('@REST@', String(this.#rest))
      .replaceAll('@SYNC@', String(waits))
    writeFileSync(join(this.#conf, 'config.yaml'), text)
  }

  async #client(name: string, java: string[], how: string[], sql: string): Promise<void> {
    const script = join(this.#folder, `${name}.sql`)
    writeFileSync(script, sql)
    const [frontend, run] = CLIENT
    const uri = ['--scriptUri', `file://${script}`]
    const args = [frontend, run, ...DRIVER, ...how, someJar(this.#lib), ...uri]
    const child = this.#java(name, java, args)
    const said: Buffer[] = []
    for (const out of [child.stdout, child.stderr]) out!.on('data', (b: Buffer) => said.push(b))
    const cancel = realClock.schedule(SUBMIT_MS, () => child.kill('SIGKILL'))
    const [code] = await once(child, 'close')
    cancel()
    this.#children.delete(name)
    if (code === 0) return
    const causes = String(Buffer.concat(said))
      .split('\n')
      .filter((line) => /Exception|Error/.test(line))
    throw new Problem(
      `Flink ${name}: ended with ${code}: ${causes.slice(0, 5).join(' | ')}`,
      EXIT_FAILED,
    )
  }

  #java(name: string, options: string[], args: string[]): ChildProcess {
    const shared = [
      '-XX:+UseSerialGC',
      `-Djava.io.tmpdir=${join(this.#folder, 'tmp')}`,
      `-Dlog4j.configurationFile=file:${join(SETTINGS, 'log4j2.properties')}`,
      `-Dlog.file=${join(this.#folder, `${name}.log`)}`,
    ]
    const child = spawn('java', [...shared, ...options, '-cp', join(this.#lib, '*'), ...args], {
      env: { ...process.env, FLINK_CONF_DIR: this.#conf },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    // Read and forgotten: it is in the log, and a full pipe stops a program.
    child.stdout.resume()
    child.stderr.resume()
    this.#children.set(name, child)
    return child
  }

  async #end(name: string, signal: NodeJS.Signals): Promise<void> {
    const child = this.#children.get(name)
    this.#children.delete(name)
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'close')
    child.kill(signal)
    await gone
  }

  async #slots(): Promise<void> {
    await waitUntil(
      'the cluster has slots',
      async () => {
        const seen = await this.#ask<{ 'slots-available': number }>('/overview')
        return seen['slots-available'] > 0 || 'no slot'
      },
      START_MS,
    )
  }

  async #runningJob(): Promise<string> {
    const { jobs } = await this.#ask<{ jobs: Job[] }>('/jobs/overview')
    const job = jobs.find(({ state }) => state === 'RUNNING')
    if (job === undefined) throw new Error('Flink: no job runs')
    return job.jid
  }

  async #tasksRunning(): Promise<boolean> {
    const { jobs } = await this.#ask<{
      jobs: { state: string; tasks: { total: number; running: number } }[]
    }>('/jobs/overview')
    return jobs.some(({ state, tasks }) => state === 'RUNNING' && tasks.running === tasks.total)
  }

  async #ask<T>(path: string, init: RequestInit = {}): Promise<T> {
    const response = await fetch(`http://127.0.0.1:${this.#rest}${path}`, {
      signal: AbortSignal.timeout(10_000),
      headers: { 'content-type': 'application/json' },
      ...init,
    })
    if (!response.ok) throw new Error(`Flink ${path}: HTTP ${response.status}`)
    return (await response.json()) as T
  }
}

/** As a URI. Of a checkpoint that is not complete there is no `_metadata`. */
function newestCheckpoint(folder: string): string {
  const numbers = readdirSync(folder)
    .filter((name) => /^chk-\d+$/.test(name) && existsSync(join(folder, name, '_metadata')))
    .map((name) => Number(name.slice('chk-'.length)))
  if (numbers.length === 0) throw new Problem(`${folder}: no checkpoint is complete`, EXIT_FAILED)
  return `file://${join(folder, `chk-${Math.max(...numbers)}`)}`
}
