"""How commands print: JSON for programs, indented for people."""

import json

from schemas import strict_json
from schemas.strict_json import JsonObject


def print_json(document: JsonObject, *, one_line: bool = False) -> None:
    """Print a JSON object on standard output."""
    if one_line:
        print(strict_json.write(document).decode())
    else:
        print(json.dumps(document, ensure_ascii=False, indent=2))
