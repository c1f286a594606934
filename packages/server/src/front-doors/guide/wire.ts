/** The guide on the wire: its paths. Data only. */
export const DOOR = 'guide'

export const PATHS = {
  frontPage: '/',
  try: '/try',
  docs: '/docs',
  openApi: '/openapi.json',
  /** In the demo only. */
  outbox: '/dev/outbox',
  /** Of the front page. */
  script: '/assets/front-page.:version',
} as const

/** As long as a page may be a little older than the server. */
export const OPENAPI_CACHE_CONTROL = 'public, max-age=300'

/** Of a file whose name changes with its content. */
export const ASSET_HEADERS = {
  'cache-control': 'public, max-age=31536000, immutable',
  'cross-origin-resource-policy': 'same-origin',
} as const
