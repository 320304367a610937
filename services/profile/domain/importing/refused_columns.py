"""Columns that a mentoring product has no business keeping, known by their names."""

import re
import unicodedata

_REFUSED = re.compile(
    r"""
      # birth and age
      \b(age|alter|edad|idade|leeftijd|dob)\b | birth | geburts | nacimiento | nascimento | naissance | geboorte
    | nascita
      # gender
    | \b(sexe?|sexo|sesso|pronouns?)\b | gender | geschlecht | genero | geslacht | sexual
      # family
    | \b(spouse|children|dependents)\b | marital | marriage | civil-?stat | familienstand | estado-?civil | etat-?civil
    | situation-?familiale | emergency-?contact
      # pay
    | \b(pay|wages?|lohn|bonus|comp|ote|ctc|earnings|income|stipend\w*)\b | salar | gehalt | compensation | remuneration
    | vergue?tung | pay-?roll | pay-?rate | pay-?grade | pay-?band | (hourly|base|annual|daily)-?rate
      # identity numbers
    | \b(ssn|sin|nino?|nif|nie|dni|cpf|bsn|tin|pesel|aadhaar|personnummer)\b | passport | passeport
    | reisepass | pasaporte
    | national-?(id|insurance|identi) | social-?(security|insurance) | sozialversicherung | securite-?sociale
    | seguridad-?social | tax-?(id|number|payer) | steuer-?(id|nummer) | identity-?card
      # origin, belief, health
    | \b(race|faith|veteran)\b | ethnic | racial | religio | nationality | staatsangeh | disab
      # home
    | \b(street|strasse|calle|residence)\b | residential | private?-?(address|anschrift) | personal-?address
    | home-?(address|street|city|phone|postal|zip) | street-?address | address-?line | postal-?address
      # bank
    | \b(iban|bic|swift|bank\w*)\b | account-?number | sort-?code | routing-?number | konto-?nummer
    """,
    re.VERBOSE,
)
_WORD_BOUNDARY = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[^A-Za-z0-9]+")


def is_refused(column: str) -> bool:
    """Whether a column of this name may not be taken: traits, family, pay, identity numbers, home, bank."""
    return _REFUSED.search("-".join(words_of(column))) is not None


def words_of(column: str) -> list[str]:
    """The words of a column's name, however it is written: `BirthDate`, `birth_date`, `Birth date`."""
    decomposed = unicodedata.normalize("NFKD", column)
    plain = "".join(c for c in decomposed if not unicodedata.combining(c)).replace("ß", "ss")
    return [word.lower() for word in _WORD_BOUNDARY.split(plain) if word]
