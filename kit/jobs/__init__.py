"""Background jobs: enqueued in the transaction of the change, run by workers, never lost and never stuck."""

from kit.jobs.queue import Job, enqueue, prune_job_log
from kit.jobs.runner import DeliveriesExhaustedError, JobHandler, JobRunner

__all__ = ["DeliveriesExhaustedError", "Job", "JobHandler", "JobRunner", "enqueue", "prune_job_log"]
