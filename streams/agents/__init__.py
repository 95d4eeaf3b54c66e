"""The Faust agents: decode -> core -> send, and what runs them."""

from streams.agents.app import Worker, create_worker
from streams.agents.run import run_worker

__all__ = ["Worker", "create_worker", "run_worker"]
