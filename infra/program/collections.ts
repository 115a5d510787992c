// When V8 collects garbage in a program that unpacks much at once: by how far all that it holds has grown.
import { setFlagsFromString } from 'node:v8'

/** What is held may grow by so much between two collections, where nothing else is said. */
const GROWTH_PERCENT = 50
/** Node 24's. Another one might not know these settings, and would say so on standard error. */
const V8_WITH_SETTINGS = /^13\./

/**
 * By itself V8 goes through all of its objects whenever another 64 MB came to be outside of its heap, however much is there
 * already: a seek in a large city's recording unpacks twice as much, and half of its work was that; a processor that works off
 * a backlog fetches as much in half a second.
 */
export function collectByGrowth(percent = GROWTH_PERCENT): void {
  if (!V8_WITH_SETTINGS.test(process.versions.v8)) return
  setFlagsFromString('--external-memory-accounted-in-global-limit')
  setFlagsFromString(`--heap-growing-percent=${percent}`)
}
