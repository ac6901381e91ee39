"""Print the lowest versions that pyproject.toml allows, as constraints for pip: `make lowest`."""

from __future__ import annotations

import tomllib
from pathlib import Path

if __name__ == "__main__":
    file = Path(__file__).parent.parent / "pyproject.toml"
    project = tomllib.loads(file.read_text(encoding="utf-8"))["project"]
    for requirement in (
        *project["dependencies"],
        *project["optional-dependencies"]["optimize"],
    ):
        print(requirement.partition(",")[0].replace(">=", "=="))
