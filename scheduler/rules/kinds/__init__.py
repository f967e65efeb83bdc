"""The closed list of rule kinds, each with the class of its parameters."""

from collections.abc import Mapping
from enum import StrEnum

from scheduler.rules.kinds.crew import CrewParams
from scheduler.rules.kinds.document import DocumentParams
from scheduler.rules.kinds.frequency_cap import FrequencyCapParams
from scheduler.rules.kinds.kind import CaseParams, Params
from scheduler.rules.kinds.ladder import LadderParams
from scheduler.rules.kinds.outcome import OutcomeParams
from scheduler.rules.kinds.person import PersonParams
from scheduler.rules.kinds.place import PlaceParams
from scheduler.rules.kinds.prior_notice import PriorNoticeParams
from scheduler.rules.kinds.qualification import QualificationParams
from scheduler.rules.kinds.quiet_period import QuietPeriodParams
from scheduler.rules.kinds.requirement import DataFieldsParams, PromptParams, RecordingParams, RetentionParams
from scheduler.rules.kinds.subject_block import SubjectBlockParams
from scheduler.rules.kinds.time_window import TimeWindowParams


class KindName(StrEnum):
    """Every kind that a pack may name."""

    TIME_WINDOW = "time_window"
    FREQUENCY_CAP = "frequency_cap"
    QUIET_PERIOD = "quiet_period"
    CREW = "crew"
    QUALIFICATION = "qualification"
    DOCUMENT = "document"
    PRIOR_NOTICE = "prior_notice"
    LADDER = "ladder"
    PLACE = "place"
    PERSON = "person"
    SUBJECT_BLOCK = "subject_block"
    RECORDING = "recording"
    RETENTION = "retention"
    DATA_FIELDS = "data_fields"
    PROMPT = "prompt"
    OUTCOME = "outcome"


KINDS: Mapping[KindName, type[Params]] = {
    KindName.TIME_WINDOW: TimeWindowParams,
    KindName.CREW: CrewParams,
    KindName.QUALIFICATION: QualificationParams,
    KindName.LADDER: LadderParams,
    KindName.PLACE: PlaceParams,
    KindName.PERSON: PersonParams,
    KindName.SUBJECT_BLOCK: SubjectBlockParams,
    KindName.FREQUENCY_CAP: FrequencyCapParams,
    KindName.QUIET_PERIOD: QuietPeriodParams,
    KindName.DOCUMENT: DocumentParams,
    KindName.PRIOR_NOTICE: PriorNoticeParams,
    KindName.RECORDING: RecordingParams,
    KindName.RETENTION: RetentionParams,
    KindName.DATA_FIELDS: DataFieldsParams,
    KindName.PROMPT: PromptParams,
    KindName.OUTCOME: OutcomeParams,
}


def is_about_the_case(kind: str) -> bool:
    """Whether rules of this kind judge the facts of a case; a `rule_pack` that is not in force does not."""
    return any(kind == name and issubclass(params, CaseParams) for name, params in KINDS.items())
