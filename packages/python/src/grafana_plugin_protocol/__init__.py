"""Grafana's backend-plugin protocol: plugins and hosts for every protocol major.

A plugin passes its servicers to :func:`serve`; a host starts a plugin with :func:`launch`. The messages and services of each
contract are in ``v1``, ``v2``, ``extensions_v2`` and ``v3``; ``frames`` has data frames and needs the extra of that name.
"""

from ._errors import PluginError as PluginError
from ._launch import LaunchedPlugin as LaunchedPlugin
from ._launch import launch as launch
from ._log import HclogFormatter as HclogFormatter
from ._log import LogLine as LogLine
from ._serve import Implementation as Implementation
from ._serve import implement as implement
from ._serve import serve as serve

__all__ = ["HclogFormatter", "Implementation", "LaunchedPlugin", "LogLine", "PluginError", "implement", "launch", "serve"]
