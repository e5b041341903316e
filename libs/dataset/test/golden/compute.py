"""Computes the golden profiles beside this file from data/*.csv, independently of the library: python3 compute.py"""

import csv
import json
import re
import statistics
from collections import Counter
from datetime import datetime, timezone
from pathlib import Path

HERE = Path(__file__).resolve().parent
DATA = HERE.parents[3] / "data"
NULLS = {"", "NaN", "null", "NA"}


def is_integer(text):
    return re.fullmatch(r"[+-]?[0-9]+", text) is not None and abs(int(text)) <= 2**53


def is_number(text):
    return re.fullmatch(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?", text) is not None


def is_boolean(text):
    return text.lower() in ("true", "false")


def is_date(text):
    if not re.fullmatch(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d([.,]\d+)?)?(Z|[+-]\d\d(:?\d\d)?)?)?", text):
        return False
    try:
        instant(text)
    except ValueError:
        return False
    return True


def instant(text):
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)


TYPES = [("integer", is_integer), ("number", is_number), ("boolean", is_boolean), ("date", is_date), ("string", lambda _: True)]


def profile_column(name, texts):
    values = [text for text in texts if text not in NULLS]
    kind = next(kind for kind, fits in TYPES if all(map(fits, values))) if values else "string"
    counts = Counter(values)
    column = {
        "name": name,
        "type": kind,
        "count": len(values),
        "nulls": len(texts) - len(values),
        "distinct": len(counts),
        "distinctExact": True,
        "min": None,
        "max": None,
        "mean": None,
        "stddev": None,
        "top": [{"value": v, "count": c} for v, c in sorted(counts.items(), key=lambda e: (-e[1], e[0]))[:5]],
    }
    if kind in ("integer", "number"):
        numbers = [int(text) if kind == "integer" else float(text) for text in values]
        column.update(min=min(numbers), max=max(numbers), mean=statistics.fmean(numbers), stddev=statistics.stdev(numbers))
    if kind == "date":
        column.update(min=min(values, key=instant), max=max(values, key=instant))
    return column


def profile(path):
    with path.open(newline="", encoding="utf-8-sig") as file:
        header, *rows = csv.reader(file)
    assert all(len(row) == len(header) for row in rows)
    columns = [profile_column(name, [row[at] for row in rows]) for at, name in enumerate(header)]
    return {"dataset": path.name, "rows": len(rows), "columns": columns, "raggedRows": {"count": 0, "lines": []}}


for path in sorted(DATA.glob("*.csv")):
    (HERE / f"{path.stem}.json").write_text(json.dumps(profile(path), indent=2) + "\n")
