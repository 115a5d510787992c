// Whether docker-compose.yml can be tried here: a Docker engine that answers, and `docker compose`.
import { spawnSync } from 'node:child_process'

/** Why not; null = it can. */
export function noCompose(): string | null {
  const answer = (...args: string[]) => spawnSync('docker', args, { timeout: 20_000 }).status === 0
  if (!answer('version', '--format', '{{.Server.Version}}')) return 'no Docker engine answers'
  if (!answer('compose', 'version')) return 'the engine is there, but `docker compose` is not'
  return null
}
