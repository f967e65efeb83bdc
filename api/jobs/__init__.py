"""Work that goes on after the request that asked for it, and survives the process that does it.

`api.store.jobs` is the port: submit, get, list, ask to stop, tell progress; its table is what people see. Behind it a
`Worker` does what stands there, with an engine that starts each job, and starts it again when a worker died.
"""

from api.jobs.kinds import KINDS
from api.jobs.work import Released, Work
from api.jobs.worker import Worker

__all__ = ["KINDS", "Released", "Work", "Worker"]
