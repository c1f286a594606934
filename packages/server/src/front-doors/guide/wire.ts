/** The guide on the wire: its paths. Data only. */
export const DOOR = 'guide'

export const PATHS = {
  frontPage: '/',
  try: '/try',
  docs: '/docs',
  openApi: '/openapi.json',
} as const

/** As long as a page may be a little older than the server. */
export const OPENAPI_CACHE_CONTROL = 'public, max-age=300'
