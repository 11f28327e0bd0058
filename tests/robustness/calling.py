"""Texts that may call an endpoint, made by chance from the places where a lexer and a parser may differ.

`python -m tests.robustness.calling --number 1000000` compares what is seen with what the engine does, in separate
processes that are cut off from the network: a call that the engine makes fails there, and is known by that.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from pyoxigraph import Store

from stancegraph.isolation.confinement import confine
from stancegraph.sparql.calls import calls_service
from stancegraph.sparql.lexer import keywords

HERE = "http://127.0.0.1:9/"
HEAD = f"PREFIX : <{HERE}> PREFIX s: <{HERE}> PREFIX service: <{HERE}> PREFIX a.b: <{HERE}> "
_WORDS = ("SERVICE", "service", "Service", "sErViCe", "SERVICE SILENT", "SERVICESILENT", "\\u0053ERVICE")
_CALLED = (
    ":",
    "s:",
    ":x",
    "s:x",
    "a.b:",
    "service:",
    f"<{HERE}>",
    f"<{HERE}#>",
    "?g",
    "$g",
    ":#>\n",
    ":x\\-y",
    ":%41",
    ":",
    ":x",
    "s:",
)
_GAPS = ("", "", " ", "\n", "\t", "#\n", "#>\n", "# '\n", '#"""\n', "\r", "\f", "\u00a0", "\u2028")
_BEFORE = (
    "?a ?b ?c.", "?a ?b ?c .", "?a ?b 3.", "?a ?b 3 ", "?a ?b 3", "?a ?b .5.", "?a ?b 1e0", "?a ?b true.", "?a ?b true",
    "?a ?b 'x'", '?a ?b "x"', "?a ?b 'x'@en ", "?a ?b 'x'@en", "?a ?b 'x'^^:t", "?a ?b :o.", "?a ?b :o", "?a ?b <x>",
    "?a ?b '''x'y'''", '?a ?b """x"y"""', "?a ?b 'x\\'", "?a ?b '\\u0022'",
    "?a ?b \"\\u0022\".", "?a ?b [].", "?a ?b ().",
    "?a :p? ?c.", "?a :p?1.", "?a ^:p ?c.", "?a (:p|!:q)* ?c.", "FILTER(1<2)", "FILTER(1<2) ", "FILTER(?a<?b)",
    "FILTER(?a<1&&2>1)",
    "FILTER(1>2)", "FILTER EXISTS{}", "BIND('\\u0022' AS ?x)", "BIND(\"'\" AS ?x)", "BIND('#' AS ?x)",
    "BIND(<#> AS ?x)", "BIND(1<2 AS ?x)", "VALUES ?x{1}", "VALUES ?x{true}", "{}", "{}.", "{} UNION {} ", "OPTIONAL{}",
    "GRAPH ?g{}", "MINUS{}", "{SELECT * {}}", "#x\n", "# <\n", "",
)  # fmt: skip
_AFTER = (
    "",
    "BIND('\\u0022' AS ?y)",
    "FILTER(2>1)",
    "?d ?e '''",
    ".",
    "?d ?e 'x'",
    "#",
    'VALUES ?y {\'"""\'}',
    "?s ?p <y>",
)
_FORMS = (
    "SELECT * {%s}", "ASK{%s}", "SELECT ?s WHERE{{%s}}", "CONSTRUCT{?s ?p ?o}WHERE{%s}", "SELECT * {FILTER EXISTS{%s}}",
    "SELECT * {{SELECT * {%s}}}", "ASK{OPTIONAL{%s}}", "SELECT * {{} UNION {%s}}", "DESCRIBE ?s {%s}",
)  # fmt: skip
_NOISE = ("service", "SERVICE", "'", '"', "<", ">", "#", "\n", "{", "}", ".", ":", "?", "\\", "@", " ", "1", "a", "%")


def text(chance: random.Random) -> str:
    """A text that may be a query, and may call."""
    body = "".join(chance.choice(_BEFORE) for _ in range(chance.choice((1, 1, 2))))
    word, called = chance.choice(_WORDS), chance.choice(_CALLED)
    body += chance.choice(_GAPS) + word + chance.choice(_GAPS) + called + chance.choice(_GAPS)
    body += chance.choice(("{?s ?p ?o}", "{}", "{ }", "#\n{}")) + chance.choice(_AFTER)
    made = HEAD + chance.choice(_FORMS) % body
    if chance.random() < 0.25:
        place = chance.randrange(len(HEAD), len(made))
        made = made[:place] + chance.choice(_NOISE) + made[place + chance.randint(0, 1) :]
    return made


def engine_calls(store: Store, made: str) -> bool | None:
    """Whether the engine calls for *made*, in a process that is cut off; None where it is no query."""
    try:
        result = store.query(made)
        if hasattr(result, "__iter__"):
            for _ in result:
                pass
    except SyntaxError:
        return None
    except OSError:  # what the system refuses, and ports and schemes that the engine refuses by itself
        return True
    except RuntimeError as error:
        return "service" in str(error).lower()  # one that is named by a variable without a value
    except ValueError:
        return False
    return False


def compare(seed: int, number: int) -> tuple[Counter[str], list[str]]:
    """Compare *number* texts: how many called, how many did not, how many were none; and those that were not seen."""
    assert confine() or sys.platform != "linux"
    chance, counts, missed, store = random.Random(seed), Counter[str](), [], Store()
    for _ in range(number):
        made = text(chance)
        called = engine_calls(store, made)
        counts["none" if called is None else "called" if called else "did not"] += 1
        if called is not None:
            seen = calls_service(made), "SERVICE" in keywords.__wrapped__(made)
            counts["called, as the parser has it"] += seen[0]
            counts["perhaps, as the lexer has it"] += seen[1]
            if called and not all(seen):
                missed.append(f"{seen}: {made!r}")
    return counts, missed


def main(number: int, seed: int, processes: int = 2, told: Callable[[str], None] = print) -> int:
    """Compare in several processes; returns how many were missed."""
    counts, missed, each = Counter[str](), list[str](), 20_000
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn"), max_tasks_per_child=50) as pool:
        share = [min(each, number - start) for start in range(0, number, each)]
        for found, wrong in pool.map(compare, range(seed, seed + len(share)), share):
            counts += found
            missed += wrong
    for kind, many in counts.most_common():
        told(f"{many:>9,} {kind}")
    for one in missed[:20]:
        told(f"not seen: {one}")
    return len(missed)


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--number", type=int, default=1_000_000)
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
    sys.exit(main(chosen.number, chosen.seed) > 0)
