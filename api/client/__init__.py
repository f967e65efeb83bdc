"""A client of the interface for programs in Python; it needs nothing but the standard library.

client = VisitsClient("http://127.0.0.1:8000", token="visits_...")
job = client.wait(client.compute(problem, seconds=30).id)
plan = client.result(job.id)
"""

from api.client.asking import Answer, Document, RefusedError
from api.client.cases import CaseCalls
from api.client.day import DayCalls
from api.client.experiments import ExperimentCalls
from api.client.jobs import FINAL_STATES, ClientJob, JobCalls
from api.client.operation import OperationCalls
from api.client.people import PeopleCalls
from api.client.plans import PlanCalls
from api.client.visits import VisitCalls

__all__ = ["FINAL_STATES", "Answer", "ClientJob", "Document", "RefusedError", "VisitsClient"]


class VisitsClient(PlanCalls, DayCalls, VisitCalls, CaseCalls, PeopleCalls, ExperimentCalls, OperationCalls, JobCalls):
    """Asks one service as one user; may be used from many threads.

    What changes something that others may have changed meanwhile takes the `rev` of what was seen, as its document
    tells it; days are written `YYYY-MM-DD`, documents are dictionaries as the service's description has them.
    """
