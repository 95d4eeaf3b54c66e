"""The log as a command sees it, whichever broker it is: append with acknowledgement, read and follow, topics, groups' lag.

Workers do not use this: they read and write through Faust and the transports.
"""

from streams.adapters.logclient.connect import open_log
from streams.adapters.logclient.port import Applied, Headers, LogClient, Record, Start, TopicState, UnknownTopic

__all__ = ["Applied", "Headers", "LogClient", "Record", "Start", "TopicState", "UnknownTopic", "open_log"]
