// Prints how the tree is furnished: source files per folder, import circles, functions over 80 lines, names with two meanings.
import { repositoryFiles } from '../test/repository.ts'
import { disorder, floors } from '../test/rooms.ts'
import { longFunctions, misshapen } from '../test/shapes.ts'
import { LONG_FUNCTIONS, SHARED_NAMES } from '../test/shapes-allowed.ts'

const files = repositoryFiles()
const counts = [...floors(files)].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
for (const [folder, count] of counts) console.log(`${String(count).padStart(3)}  ${folder}/`)
const total = counts.reduce((sum, [, count]) => sum + count, 0)
const circles = disorder(files).filter((one) => one.includes('in a circle'))
const excuses = Object.keys(LONG_FUNCTIONS).length + SHARED_NAMES.length
console.log(`
${total} source files on ${counts.length} floors, at most ${counts[0][1]} on one
${circles.length} import circles
${longFunctions(files).size} functions over 80 lines
${misshapen(files).length} violations of the rules of shapes, ${excuses} excuses`)
