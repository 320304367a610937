import csv
from pathlib import Path

import pytest

from services.profile.domain.importing.columns import InvalidMappingError, map_columns
from services.profile.domain.importing.refused_columns import is_refused

HRIS = Path(__file__).parents[5] / "shared" / "data" / "hris"

REFUSED = (
    """
age|Age|employee_age|EmployeeAge|AGE (years)|birth_date|BirthDate|birthdate|Date of Birth|DOB|dateOfBirth|Geburtsdatum
fecha_de_nacimiento|Date de naissance|gender|Gender|GenderPronoun|sex|SEX|Geschlecht|sexo|pronouns|marital_status
MaritalStatus|Marital Status|Familienstand|Estado civil|spouse_name|salary|AnnualSalary|base salary|Gehalt|Pay
pay_rate|PayGrade|hourly rate|compensation|TotalCompensation|bonus|wage|ssn|SSN|Social Security Number|national_id
NationalID|NationalIDNumber|national insurance no|NINO|passport_number|tax id|TaxID|Steuernummer|ethnicity|Race
race/ethnicity|religion|Nationality|disability|veteran status|sexual orientation|home_address|HomeAddress
StreetAddress|street|address_line_1|home phone|IBAN|bank_account|BankAccountNumber|sort code|account number
""".replace("\n", "|")
    .strip("|")
    .split("|")
)

TAKEN = (
    """
employee_id|EmployeeKey|ParentEmployeeKey|manager_id|Manager|language|languages|stage|village office|usage_group
first_name|last_name|title|Job Title|department|DepartmentName|team|Status|EmailAddress|location|city|time_zone|package
hire_date|Essex office|message|page|payload_team|display name|preferred_name|mail|company|campaign|sector
""".replace("\n", "|")
    .strip("|")
    .split("|")
)


@pytest.mark.parametrize("name", REFUSED)
def test_columns_that_are_nobodys_business_are_known_however_they_are_written(name: str) -> None:
    assert is_refused(name)


@pytest.mark.parametrize("name", TAKEN)
def test_ordinary_columns_are_not_mistaken_for_them(name: str) -> None:
    assert not is_refused(name)


def test_well_known_names_are_recognized() -> None:
    header = ["Employee ID", "FirstName", "surname", "JobTitle", "Dept", "ManagerID", "E-Mail", "Gender", "shoe_size"]
    columns = map_columns(header, None)
    assert columns.mapping == {
        "external_id": "Employee ID",
        "given_name": "FirstName",
        "family_name": "surname",
        "job_title": "JobTitle",
        "department": "Dept",
        "work_email": "E-Mail",
        "manager_external_id": "ManagerID",
    }
    assert columns.refused == ("Gender",)
    assert columns.ignored == ("shoe_size",)


def test_addresses_identify_people_where_nothing_else_does() -> None:
    columns = map_columns(["EmailAddress", "FirstName", "EmployeeKey", "ParentEmployeeKey"], None)
    assert columns.mapping["external_id"] == "EmailAddress"
    assert columns.mapping["row_key"] == "EmployeeKey"
    assert columns.mapping["manager_external_id"] == "ParentEmployeeKey"


@pytest.mark.parametrize(
    ("header", "mapping", "code"),
    [
        (["id", "name"], {"external_id": "id"}, "missing"),
        (["id", "name"], {"display_name": "name"}, "missing"),
        (["id", "name"], {"external_id": "id", "display_name": "nam"}, "unknown-column"),
        (["id", "name", "id"], {"external_id": "id", "display_name": "name"}, "ambiguous-column"),
        (["id", "name", "sex"], {"external_id": "id", "display_name": "name", "team": "sex"}, "refused-column"),
        (["id", "name"], {"external_id": "id", "display_name": "name", "birth_date": "name"}, "unknown-field"),
        (["name"], None, "missing"),
    ],
)
def test_a_mapping_must_fit_the_file(header: list[str], mapping: dict[str, str] | None, code: str) -> None:
    with pytest.raises(InvalidMappingError) as error:
        map_columns(header, mapping)
    assert code in {each.code for each in error.value.errors}


@pytest.mark.skipif(not HRIS.is_dir(), reason="the shared HR files are not here")
@pytest.mark.parametrize("name", ["adventureworks_employees.csv", "oracle_hr_employees.csv"])
def test_exports_of_real_systems_are_recognized(name: str) -> None:
    with (HRIS / name).open(encoding="utf-8", newline="") as file:
        header = next(csv.reader(file))
    mapping = map_columns(header, None).mapping
    assert {"external_id", "given_name", "family_name", "job_title", "department", "manager_external_id"} <= set(
        mapping
    )
