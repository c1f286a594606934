/** Folders of golden exchanges, and the door that the tenant of each has. */
export const GOLDEN_FOLDERS = {
  smartflo: 'smartflo',
  servetel: 'servetel',
  checking: 'smartflo',
  voipex: 'voipex',
  vpaas: 'vpaas',
  idm: 'idm',
  guide: 'smartflo',
} as const
