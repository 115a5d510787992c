// Every place of the page, each with what opens it and what shows that it is there: for tests and pictures of all of them.
import type { Page } from 'playwright-core'

export type Place = { name: string; open(page: Page): Promise<void>; shows: string }

const press = (key: string, options?: { delay: number }) => (page: Page) =>
  page.keyboard.press(key, options)

/** Opened one after another on one page; a dialog is closed by Escape before the next. */
export const PLACES: Place[] = [
  { name: 'map', open: async () => {}, shows: '.verdict-line' },
  {
    name: 'lineage',
    open: (p) => p.locator('.tile-label').first().click(),
    shows: '.drawer[open]',
  },
  { name: 'help', open: press('Shift+Slash'), shows: 'dialog.help[open]' },
  { name: 'search', open: press('Slash'), shows: 'dialog.search[open]' },
  { name: 'list', open: press('KeyL'), shows: '.asset-list [role=option]' },
  { name: 'inspector', open: press('Enter'), shows: '.inspector h2' },
  { name: 'incident-form', open: press('KeyI'), shows: '.incident-form form' },
  { name: 'plan', open: press('KeyP'), shows: '.board tbody tr' },
  { name: 'proof', open: press('KeyV'), shows: '.view-proof .verdict' },
  { name: 'engine-room', open: press('KeyE'), shows: '.topics tbody tr' },
]

/** What a dialog or a list leaves behind: the next key means what it always does. */
export const CLOSED =
  "!document.querySelector('dialog[open]') && document.activeElement?.tagName !== 'INPUT'"

/** More of the map's view, opened after `PLACES` and one after another, from the city as it is first seen. */
export const MAP_PLACES: Place[] = [
  { name: 'district', open: press('KeyD'), shows: '.district-chip' },
  { name: 'alerts', open: press('KeyA'), shows: '.alert-view:focus, .verdict-nothing' },
  { name: 'all-numbers', open: press('KeyN'), shows: '.kpi-row.is-dense' },
]

/** Places with an address of their own, below the page's. */
export const ADDRESSES = [
  { name: 'presenter', path: 'presenter', query: '', shows: '.presenter-now' },
  { name: 'wall', path: '', query: 'wall=1', shows: '.verdict-line' },
  { name: 'kiosk', path: '', query: 'kiosk=1', shows: '.verdict-line' },
  { name: 'without-webgl', path: '', query: 'nowebgl=1', shows: '.svg-district' },
]
