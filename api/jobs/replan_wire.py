"""What a dispatcher says of a running day, as it is sent, and as it is kept with the job that plans the day anew."""

from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from api.visiting.replanning import Wanted

type _Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9._:-]{1,64}$")]
_MOST = 1_000


class HeldUp(BaseModel):
    """A crew that is held up."""

    model_config = ConfigDict(extra="forbid")

    shift_id: _Id
    free_at: AwareDatetime = Field(description="It goes on no earlier.")


class CrewNow(BaseModel):
    """Who is on a shift from now on."""

    model_config = ConfigDict(extra="forbid")

    shift_id: _Id
    collector_ids: list[_Id] = Field(max_length=20, description="Empty: the crew makes no more visits.")


class ReplanWire(BaseModel):
    """What happened that the service does not know from the crews."""

    model_config = ConfigDict(extra="forbid")

    held_up: list[HeldUp] = Field(default_factory=list, max_length=_MOST)
    crews: list[CrewNow] = Field(default_factory=list, max_length=_MOST)
    cancelled: list[_Id] = Field(default_factory=list, max_length=_MOST, description="Visits that are not made.")
    added: list[_Id] = Field(default_factory=list, max_length=_MOST, description="Codes of cases to visit as well.")

    @property
    def wanted(self) -> Wanted:
        """In the words of the house; moments in whole seconds, as plans have them."""
        return Wanted(
            free_at={one.shift_id: one.free_at.replace(microsecond=0) for one in self.held_up},
            crews={one.shift_id: tuple(one.collector_ids) for one in self.crews},
            cancelled=frozenset(self.cancelled),
            added=tuple(self.added),
        )
