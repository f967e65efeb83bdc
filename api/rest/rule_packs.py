"""`/api/v1/rule-packs`: the rules that judge visits, in words of both languages."""

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import BaseModel, Field

from api import current
from api.access import allow
from api.access.policy import actor
from api.access.roles import STAFF
from api.desk import approving
from api.rest.answers import TOKEN, Language, NoQuery, Strict, answer
from api.rest.responses import ONE, REFUSALS, missing
from scheduler.rules.describe import RuleWords, pack_in_words
from scheduler.rules.load import available_packs, versions_of
from scheduler.rules.rule_pack import RulePack

rule_packs_api = APIBlueprint("rule_packs_api", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="operation")])


class PackPath(BaseModel):
    """Which pack."""

    name: str = Field(description="The pack's name, as documents write it.")


class PackQuery(Strict):
    """In which language."""

    language: Language = Field(default="en", description="Of the words.")


class PackItem(BaseModel):
    """A version of a pack."""

    name: str
    version: str
    jurisdiction: str
    is_approved: bool = Field(description="Whether compliance confirmed it.")
    is_in_use: bool = Field(description="Whether plans of the lender are judged by it, itself or below another one.")
    rules: int = Field(description="How many it has.")
    sha256: str = Field(description="Of its file.")


class PackList(BaseModel):
    """All packs of the installation."""

    rule_packs: list[PackItem]


class RuleItem(BaseModel):
    """A rule in words."""

    id: str
    title: str
    says: str = Field(description="What it asks, with its numbers.")
    applies: list[str] = Field(description="What it is about; empty for every visit.")
    strength: str
    in_force: str
    basis: str
    source: str
    url: str | None
    is_confirmed: bool = Field(description="Whether the source's own words were read.")
    checked_on: str = Field(json_schema_extra={"format": "date"})

    @classmethod
    def of(cls, rule: RuleWords) -> "RuleItem":
        """From the library's."""
        return cls(
            id=rule.id,
            title=rule.title,
            says=rule.says,
            applies=list(rule.applies),
            strength=rule.strength,
            in_force=rule.in_force,
            basis=rule.basis,
            source=rule.source,
            url=rule.url,
            is_confirmed=rule.is_confirmed,
            checked_on=rule.checked_on.isoformat(),
        )


class PackVersion(BaseModel):
    """A version of a pack with its rules."""

    version: str
    status: str
    in_force: str
    sha256: str
    rules: list[RuleItem]


class PackAnswer(BaseModel):
    """A pack, the newest version first."""

    name: str
    versions: list[PackVersion]


@rule_packs_api.get(
    "/rule-packs",
    operation_id="listRulePacks",
    summary="List the rule packs",
    responses=REFUSALS | {200: PackList},
    security=TOKEN,
)
@allow(*STAFF)
def list_rule_packs(query: NoQuery) -> Response:
    """Each version, and which of them judge the lender's plans."""
    with current.database().reading(actor().scope, current.now()) as unit:
        in_use = approving.packs_in_use(unit, actor().tenant_id)
    items = [
        PackItem(
            name=pack.name,
            version=pack.version,
            jurisdiction=pack.jurisdiction,
            is_approved=pack_in_words(pack, "en").is_approved,
            is_in_use=pack.name in in_use,
            rules=len(pack.rules),
            sha256=pack.sha256,
        )
        for name in available_packs()
        for pack in versions_of(name)
    ]
    return answer(PackList(rule_packs=items))


@rule_packs_api.get(
    "/rule-packs/<name>",
    operation_id="getRulePack",
    summary="Get the rules of a pack",
    responses=ONE | {200: PackAnswer},
    security=TOKEN,
)
@allow(*STAFF)
def get_rule_pack(path: PackPath, query: PackQuery) -> Response:
    """Every rule with its source, in words."""
    # Any other word could be the path of a file.
    if path.name not in available_packs():
        raise missing("rule pack")
    versions = [_in_words(pack, query.language) for pack in reversed(versions_of(path.name))]
    return answer(PackAnswer(name=path.name, versions=versions))


def _in_words(pack: RulePack, language: Language) -> PackVersion:
    words = pack_in_words(pack, language)
    return PackVersion(
        version=pack.version,
        status=words.status,
        in_force=words.in_force,
        sha256=pack.sha256,
        rules=[RuleItem.of(rule) for rule in words.rules],
    )
