import type { Messages } from './messages.ts'

export const de: Messages = {
  'sign-in.title': 'Anmelden',
  'sign-in.title-with-problem': 'Anmeldung nicht gelungen',
  'sign-in.heading.application': 'Bei {application} anmelden',
  'sign-in.heading.account': 'Bei Ihrem Konto anmelden',
  'sign-in.asks.application': '{application} bittet Sie, sich anzumelden.',
  'sign-in.scopes': '{application} darf danach:',
  'sign-in.login': 'E-Mail-Adresse oder Benutzername',
  'sign-in.password': 'Passwort',
  'sign-in.submit': 'Anmelden',
  'sign-in.cancel': 'Abbrechen',
  'sign-in.signed-in-as': 'Sie sind als {name} angemeldet.',
  'sign-in.go-on': 'Weiter als {name}',
  'sign-in.ask-again': 'Anderes Konto verwenden',
  'sign-in.problem.wrong-name-or-password':
    'Der Name oder das Passwort stimmt nicht. Bitte prüfen Sie beides und versuchen Sie es noch einmal.',
  'sign-in.problem.throttled': 'Es gab zu viele Versuche. Bitte versuchen Sie es in {time} noch einmal.',
  'sign-in.problem.signed-out': 'Sie wurden inzwischen abgemeldet. Bitte melden Sie sich noch einmal an.',

  'scope.offline_access': 'angemeldet bleiben, auch wenn Sie das Programm gerade nicht benutzen',
  'scope.smarthub': 'Ihre Telefoniedienste für Sie nutzen',
  'scope.CompApp': 'als Begleit-App Ihres Telefondienstes arbeiten',
  'scope.openid': 'Sie wiedererkennen, wenn Sie zurückkommen',
  'scope.profile': 'Ihren Namen sehen',
  'scope.email': 'Ihre E-Mail-Adresse sehen',
  'scope.other': 'diese Berechtigung nutzen:',

  'return.title': 'Zurück zu {application}',
  'return.done': 'Sie sind angemeldet. Falls sich {application} nicht von selbst öffnet, öffnen Sie das Programm hier:',
  'return.open': '{application} öffnen',
  'return.instead': 'Oder kopieren Sie diesen Code in {application}:',
  'return.code': 'Anmeldecode',
  'return.lasts': 'Der Code gilt einmal und eine Minute lang.',
  'return.secret': 'Er ist nur für {application} bestimmt. Niemand von uns oder von {application} wird Sie je danach fragen.',

  'account.title': 'Ihr Konto',
  'account.intro': 'Das ist hier über Sie gespeichert.',
  'account.name': 'Name',
  'account.not-given': 'Nicht angegeben',
  'account.login-ids': 'Sie melden sich an mit',
  'account.organisation': 'Organisation',
  'account.roles': 'Rollen',
  'account.id': 'Kontonummer',
  'account.created-at': 'Konto seit',
  'account.password': 'Passwort',
  'account.password-set-at': 'Gesetzt am {date}. Es ist nur in einer Form gespeichert, aus der niemand es zurücklesen kann.',
  'account.sign-out': 'Abmelden',

  'signed-out.title': 'Sie sind abgemeldet',
  'signed-out.text': 'Wenn auch andere diesen Computer benutzen, schließen Sie bitte zusätzlich den Browser.',
  'signed-out.again': 'Wieder anmelden',

  'error.request-id': 'Wenn Sie um Hilfe bitten, nennen Sie bitte diese Nummer:',
  'error.sign_in_request_ended.title': 'Diese Anmeldung kann nicht fortgesetzt werden',
  'error.sign_in_request_ended.text':
    'Die Anmeldung zu dieser Anwendung wurde inzwischen geändert. Beginnen Sie in der Anwendung noch einmal.',
  'error.sign_in_request_invalid.title': 'Diese Anmeldung ist nicht mehr gültig',
  'error.sign_in_request_invalid.text':
    'Sie ist abgelaufen oder wurde in einem anderen Browser begonnen. Bitte kehren Sie zu Ihrer Anwendung zurück und melden Sie sich von dort noch einmal an.',
  'error.client_unknown.title': 'Diese Anwendung kennen wir nicht',
  'error.client_unknown.text':
    'Die Anwendung, die Sie hierher geschickt hat, ist bei uns nicht angemeldet. Bitte sagen Sie dem Anbieter der Anwendung Bescheid.',
  'error.redirect_uri_unknown.title': 'Wir wissen nicht, wohin wir Sie zurückschicken sollen',
  'error.redirect_uri_unknown.text':
    'Die Anwendung hat eine Adresse genannt, die nicht für sie hinterlegt ist. Zu Ihrer Sicherheit hören wir hier auf. Bitte sagen Sie dem Anbieter der Anwendung Bescheid.',
  'error.login_state_invalid.title': 'Diese Anmeldung gehört nicht zu diesem Browser',
  'error.login_state_invalid.text':
    'Sie ist abgelaufen oder wurde in einem anderen Browser oder Fenster begonnen. Bitte kehren Sie zu Ihrer Anwendung zurück und melden Sie sich von dort noch einmal an.',
  'error.login_state_used.title': 'Diese Anmeldung ist schon abgeschlossen',
  'error.login_state_used.text':
    'Jede Anmeldung lässt sich nur einmal abschließen. Falls Sie nicht angemeldet sind, kehren Sie bitte zu Ihrer Anwendung zurück und beginnen Sie noch einmal.',
  'error.cross_site.title': 'Diese Anfrage kam von einer fremden Website',
  'error.cross_site.text':
    'Zu Ihrer Sicherheit haben wir nichts getan. Bitte öffnen Sie diese Seite direkt und versuchen Sie es noch einmal.',
  'error.bad_request.title': 'Wir konnten diese Anfrage nicht verstehen',
  'error.bad_request.text':
    'Bitte gehen Sie zurück und versuchen Sie es noch einmal. Falls es wieder geschieht, sagen Sie bitte dem Anbieter der Anwendung Bescheid.',
  'error.not_found.title': 'Diese Seite gibt es nicht',
  'error.not_found.text': 'Bitte prüfen Sie die Adresse oder gehen Sie dorthin zurück, woher Sie gekommen sind.',
  'error.method_not_allowed.title': 'So lässt sich diese Seite nicht benutzen',
  'error.method_not_allowed.text': 'Bitte gehen Sie zurück und öffnen Sie die Seite noch einmal.',
  'error.content_too_large.title': 'Das war zu viel auf einmal',
  'error.content_too_large.text':
    'Es wurde mehr gesendet, als diese Seite annimmt. Bitte gehen Sie zurück und versuchen Sie es mit weniger.',
  'error.unsupported_media_type.title': 'Wir können nicht lesen, was gesendet wurde',
  'error.unsupported_media_type.text': 'Bitte gehen Sie zurück und senden Sie das Formular der Seite selbst.',
  'error.fault.title': 'Bei uns ist etwas schiefgegangen',
  'error.fault.text': 'Es liegt nicht an Ihnen. Bitte versuchen Sie es gleich noch einmal.',
  'error.unavailable.title': 'Wir sind gerade ausgelastet',
  'error.unavailable.text': 'Bitte warten Sie einen Augenblick und versuchen Sie es dann noch einmal.',

  'layout.languages': 'Sprache',
}
