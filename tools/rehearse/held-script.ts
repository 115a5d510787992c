// A script whose clock stands at every cue, so that the numbers read there are those of one instant.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { SEEDS_ROOT } from '../../seeds/load/city.ts'

type Script = { cues: { hold?: boolean }[] }

/** Writes it to `folder`; the path. `name` = `<city>/<scenario>`. */
export function holdAtCues(name: string, folder: string): string {
  const [city, scenario] = name.split('/')
  const file = join(SEEDS_ROOT, city, 'scenarios', `${scenario}.json`)
  const script = JSON.parse(readFileSync(file, 'utf8')) as Script
  // The first is where a run begins: nothing has been reported there that could be read.
  const cues = script.cues.map((cue, i) => (i === 0 ? cue : { ...cue, hold: true }))
  const held = join(folder, `${scenario}.json`)
  writeFileSync(held, JSON.stringify({ ...script, cues }))
  return held
}
