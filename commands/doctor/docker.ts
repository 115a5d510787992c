// Check of a container engine: what `docker compose up` and the Kafka tests need, and nobody else.
import { type DoctorCheck, outputOf } from './check.ts'

const LIMIT_MS = 10_000
const FOR = 'only `docker compose up` and the tests on a real Kafka need it'

export function docker(): DoctorCheck {
  return {
    name: 'Docker',
    isEssential: false,
    limitMs: 2 * LIMIT_MS + 1000,
    async run() {
      let engine: string | null
      try {
        engine = await outputOf('docker', ['version', '--format', '{{.Server.Version}}'], LIMIT_MS)
      } catch (error) {
        const found = `no engine answers (${(error as Error).message})`
        return { state: 'wrong', found, todo: `start it; ${FOR}` }
      }
      if (engine === null) return { state: 'open', found: 'not installed', todo: FOR }
      const compose = await outputOf('docker', ['compose', 'version', '--short'], LIMIT_MS).catch(
        () => null,
      )
      const found = `engine ${engine.trim()}`
      if (compose) return { state: 'fine', found: `${found}, compose ${compose.trim()}` }
      const todo = 'install the compose plug-in for `docker compose up`'
      return { state: 'wrong', found: `${found}, no \`docker compose\``, todo }
    },
  }
}
