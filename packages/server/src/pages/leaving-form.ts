/** The names of the fields of forms by which people leave, or stay. */
export const LEAVING_FIELDS = {
  password: 'password',
  locales: 'ui_locales',
  /** Says that the password was shown. */
  leaving: 'leaving',
} as const
