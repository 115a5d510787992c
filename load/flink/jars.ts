// Flink as jars of Maven's, kept in .cache/ between runs; or why there is none.
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { ROOT } from '../child-program.ts'

const POM = join(ROOT, 'infra/flink/pom.xml')
const COPY = 'org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies'
const FETCH_MS = 240_000
const exec = promisify(execFile)

/** Folder of the jars that infra/flink/pom.xml names, fetched where they are not there yet; a text says why there is none. */
export async function findFlink(): Promise<{ lib: string } | string> {
  const hash = createHash('sha256').update(readFileSync(POM)).digest('hex').slice(0, 12)
  const lib = join(ROOT, '.cache', `flink-${hash}`)
  const java = await missing('java', ['-version'])
  if (java !== null) return `no Java (${java}); install a JRE of version 17`
  if (existsSync(lib)) return { lib }
  const maven = await missing('mvn', ['-version'])
  if (maven !== null)
    return `no Maven (${maven}), and no jars in .cache/; install the package maven`
  // Moved into place when complete: an interrupted download leaves nothing that looks like one.
  const draft = `${lib}.${process.pid}`
  try {
    mkdirSync(join(ROOT, '.cache'), { recursive: true })
    const options = ['-B', '-q', '-f', POM, COPY, '-DincludeScope=runtime']
    await exec('mvn', [...options, `-DoutputDirectory=${draft}`], { timeout: FETCH_MS })
    renameSync(draft, lib)
    return { lib }
  } catch (error) {
    rmSync(draft, { recursive: true, force: true })
    return `Maven brings no Flink (${(error as Error).message.split('\n')[0]}); allow Maven Central`
  }
}

/** Any jar: a job must name one, and this one has nothing to start. */
export function someJar(lib: string): string {
  const jar = readdirSync(lib).find((name) => name.startsWith('flink-json-'))
  if (jar === undefined)
    throw new Error(`${lib}: no flink-json, expected what infra/flink/pom.xml names`)
  return join(lib, jar)
}

async function missing(program: string, args: string[]): Promise<string | null> {
  return exec(program, args).then(
    () => null,
    (error: Error) => error.message.split('\n')[0],
  )
}
