/** The name of the field that proves where a form of a person's own page comes from. */
export const FORM_TOKEN_FIELD = 'formToken'
