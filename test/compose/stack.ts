// The compose file brought up as users bring it up, under a project name and on a port of its own.
import { execFile, spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { realClock, sleep } from '../../infra/clock.ts'
import { freePort } from '../../load/child-program.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const run = promisify(execFile)
/** Where the compose file lets every program tell its health. */
const STATUS = 'http://127.0.0.1:9100'

/** What `docker inspect` says of a container, as far as it is looked at here. */
export type Container = {
  Id: string
  Name: string
  RestartCount: number
  State: { Status: string; ExitCode: number; StartedAt: string; Health?: { Status: string } }
  Config: { Image: string; User: string; Labels: Record<string, string> }
  HostConfig: {
    ReadonlyRootfs: boolean
    CapDrop: string[] | null
    SecurityOpt: string[] | null
    Memory: number
    PortBindings: Record<string, { HostIp: string; HostPort: string }[]> | null
  }
}

export type Stack = Awaited<ReturnType<typeof openStack>>

/** Nothing runs yet; `variables` are those of the compose file. `down` must be called in the end. */
export async function openStack(variables: Record<string, string>) {
  const project = `huacheng-test-${randomUUID().slice(0, 8)}`
  const port = await freePort()
  const env = { ...process.env, ...variables, PORT: String(port), HUACHENG_IMAGE: project }
  const label = `label=com.docker.compose.project=${project}`

  async function docker(args: string[], timeoutMs = 60_000): Promise<string> {
    try {
      const options = { cwd: ROOT, env, timeout: timeoutMs, maxBuffer: 64 * 1024 * 1024 }
      return (await run('docker', args, options)).stdout
    } catch (error) {
      const { stdout, stderr } = error as { stdout: string; stderr: string }
      throw new Error(`docker ${args.join(' ')}:\n${`${stdout}${stderr}`.slice(-6000)}`)
    }
  }

  const compose = (args: string[], timeoutMs?: number) =>
    docker(['compose', '--project-name', project, ...args], timeoutMs)

  async function ids(...filters: string[]): Promise<string[]> {
    const args = ['ps', '--all', '--quiet', '--no-trunc', ...[label, ...filters].flatMap(filterOf)]
    return lines(await docker(args))
  }

  async function get(path: string, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(`http://127.0.0.1:${port}${path}`, { headers })
  }

  return {
    project,
    port,
    url: `http://127.0.0.1:${port}`,
    compose,
    get,
    async json<T>(path: string): Promise<T> {
      const response = await get(path)
      const text = await response.text()
      if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`)
      return JSON.parse(text) as T
    },
    /** The containers of a service, or all. */
    async containers(service?: string): Promise<Container[]> {
      const found = await ids(...(service ? [`label=com.docker.compose.service=${service}`] : []))
      return found.length === 0 ? [] : (JSON.parse(await docker(['inspect', ...found])) as [])
    },
    /** A number of a program's /metrics; 0 where it does not say or does not answer. */
    async metric(container: Container, name: string): Promise<number> {
      const script = `fetch('${STATUS}/metrics').then(async (r) => console.log(await r.text()))`
      const text = await docker(['exec', container.Id, 'node', '-e', script]).catch(() => '')
      return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1] ?? 0)
    },
    /** Metrics of a service's program, asked from inside another container, as a scraper would; the status comes first. */
    async scrape(from: Container, service: string): Promise<string> {
      const script = `fetch('http://${service}:9100/metrics').then(async (r) => console.log(r.status, await r.text()))`
      return docker(['exec', from.Id, 'node', '-e', script])
    },
    /** Kills every process of the container at once, without a word: its engine has to start it again. */
    async killInside(container: Container): Promise<void> {
      // The shell falls with them or the container ends under it: what it answers tells nothing.
      await docker(['exec', container.Id, 'sh', '-c', 'kill -KILL -1']).catch(() => {})
    },
    /** The last lines of every service, for a failure's report. */
    logs: () => compose(['logs', '--no-color', '--tail', '40']).catch((e: Error) => e.message),
    /** What is left of the project: containers, networks, volumes. */
    async leftovers(): Promise<string[]> {
      const [networks, volumes] = await Promise.all([
        docker(['network', 'ls', '--quiet', ...filterOf(label)]),
        docker(['volume', 'ls', '--quiet', ...filterOf(label)]),
      ])
      return [...(await ids()), ...lines(networks), ...lines(volumes)]
    },
    /** Synchronous and without a throw, so that it works from every way out. */
    down(): void {
      const args = ['compose', '--project-name', project, 'down', '--volumes', '--timeout', '10']
      spawnSync('docker', args, { cwd: ROOT, env, timeout: 90_000, stdio: 'ignore' })
      spawnSync('docker', ['image', 'rm', project], { env, timeout: 30_000, stdio: 'ignore' })
    },
  }
}

/** Looks again until it is so; says what never came. */
export async function eventually(
  what: string,
  condition: () => Promise<boolean>,
  patienceMs = 80_000,
): Promise<void> {
  const end = performance.now() + patienceMs
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`${what}: not within ${patienceMs / 1000} s`)
    await sleep(realClock, 500) // each look costs the machine a process or two
  }
}

const filterOf = (filter: string) => ['--filter', filter]
const lines = (text: string) => text.split('\n').filter((line) => line !== '')
