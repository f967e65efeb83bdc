"""The closed list of rule kinds, and the ones that are judged."""

from collections.abc import Mapping
from enum import StrEnum

from scheduler.rules.kinds.crew import CrewParams
from scheduler.rules.kinds.kind import Params
from scheduler.rules.kinds.ladder import LadderParams
from scheduler.rules.kinds.person import PersonParams
from scheduler.rules.kinds.place import PlaceParams
from scheduler.rules.kinds.qualification import QualificationParams
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


JUDGED_KINDS: Mapping[KindName, type[Params]] = {
    KindName.TIME_WINDOW: TimeWindowParams,
    KindName.CREW: CrewParams,
    KindName.QUALIFICATION: QualificationParams,
    KindName.LADDER: LadderParams,
    KindName.PLACE: PlaceParams,
    KindName.PERSON: PersonParams,
    KindName.SUBJECT_BLOCK: SubjectBlockParams,
}
