"""Adds what lies outside this folder: the generated modules of gen/python."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class GeneratedModules(BuildHookInterface[Any]):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        # A source distribution has its own copy of gen/.
        root = Path(self.root)
        generated = next((base / "gen/python" for base in (root, root.parent.parent) if (base / "gen/python").is_dir()), None)
        if generated is None:
            raise FileNotFoundError("expected the generated modules in gen/python: run npm run generate:python")
        if self.target_name == "sdist":
            build_data["force_include"][str(generated)] = "gen/python"
        elif version != "editable":
            build_data["force_include"][str(generated / "grafana_plugin_protocol")] = "grafana_plugin_protocol"
