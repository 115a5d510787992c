// Shows an address in the person's browser, by what each system has for it.
import { spawn } from 'node:child_process'

const OPENERS: Partial<Record<NodeJS.Platform, [string, string[]]>> = {
  darwin: ['open', []],
  // `start` takes its first quoted argument for a window's title.
  win32: ['cmd', ['/c', 'start', '""']],
}
const ELSEWHERE: [string, string[]] = ['xdg-open', []]

/** `failed` is called with what went wrong; the program goes on either way, the address is printed. */
export function openBrowser(url: string, failed: (why: string) => void): void {
  const [command, args] = OPENERS[process.platform] ?? ELSEWHERE
  const child = spawn(command, [...args, url], { stdio: 'ignore', detached: true })
  child.once('error', (error) => failed(`${command}: ${error.message}`))
  child.once('exit', (code) => {
    if (code) failed(`${command} ended with ${code}`)
  })
  child.unref()
}
