// A name for this process by which its own machine can tell later whether it still lives.
import { createHash } from 'node:crypto'
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'

const START_FIELD = 19 // of /proc/<pid>/stat, behind the program's name: clock ticks since the machine started
const PATTERN = /@([0-9a-f]{12})\.(\d+)\.(\d+)\.(\d+)(?![\d.])/
/** Docker names a container after its id: no other has it, and all that ran in it before has ended with its namespace. */
const CONTAINER_NAME = /^[0-9a-f]{12}$/

export type Process = {
  /** A hash of the host's name and boot: process numbers mean something on one machine, since it started. */
  machine: string
  /** Process namespace, and in it the process's number and start; 0 where the system does not say. */
  namespace: number
  pid: number
  start: number
}

/** `@<machine>.<namespace>.<pid>.<start>`: to be put behind a client's name. */
export function processName(): string {
  const { machine, namespace, pid, start } = thisProcess()
  return `@${machine}.${namespace}.${pid}.${start}`
}

/** True when `text` names a process of this machine that is gone; false for any other text, machine or doubt. */
export function isGone(text: string, here = thisProcess(), host = hostname()): boolean {
  const [, machine, ...numbers] = PATTERN.exec(text) ?? []
  if (machine !== here.machine) return false
  const [namespace, pid, start] = numbers.map(Number)
  if (namespace !== here.namespace) return CONTAINER_NAME.test(host)
  try {
    process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH'
  }
  // The number may have been given to another process since.
  const now = startOf(pid)
  return now !== 0 && now !== start
}

export function thisProcess(): Process {
  const parts = [hostname(), read('/proc/sys/kernel/random/boot_id')]
  return {
    machine: createHash('sha256').update(parts.join('|')).digest('hex').slice(0, 12),
    namespace: namespaceHere(),
    pid: process.pid,
    start: startOf(process.pid),
  }
}

function namespaceHere(): number {
  try {
    return Number(/\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? 0)
  } catch {
    return 0 // no Linux
  }
}

function startOf(pid: number): number {
  const stat = read(`/proc/${pid}/stat`)
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[START_FIELD] ?? 0)
}

/** Empty where there is no such file: not every system has /proc. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
