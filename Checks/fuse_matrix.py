"""Fuses several hundred small graphs, linear maps in contexts, and judges each result by what the mathematics allows.

usage: fuse_matrix.py CNNCONV [--keep FOLDER] [--only PATTERN] [--list]

Every graph is one of KINDS (convolutions, transposed ones, matrix products) in one of CONTEXTS (normalizations, factors
and terms before, behind and around it). A context states what must become of it:

    fold(n)     nothing of the normalization is left and the graph has n nodes
    keep(op)    folding would change what is computed, or would not be worth it: `op` is still there
    either      both are right

For each graph `cnnconv fuse` must exit with 0; onnx.checker must pass; onnxruntime, its optimizer switched off, must
give the same outputs on two random inputs (1e-5 of the largest number; half precision 4e-3); the file must not grow;
the same command must give the same bytes, and so must fusing the result. A refusal must be explained where the case is
one of batch normalization.

PATTERN is a shell pattern of `KIND/CONTEXT`. Prints the cases that are wrong, a Markdown table and a line of counts;
exit code 1 when any is wrong. Needs onnx 1.23.2, onnxruntime 1.31.1 and numpy 2.4.6.
"""

import argparse
import collections
import fnmatch
import pathlib
import sys
import tempfile

import onnx

import fuse_tools
from contexts import CONTEXTS
from fuse_graphs import KINDS, OPSETS, Case, NotApplicable


def cases():
    """Every applicable pair, and the everyday contexts in all opsets."""
    number = 0
    for context in CONTEXTS:
        for kind in KINDS:
            for opset in OPSETS if context.every_opset else (17,):
                number += 1
                try:
                    yield Case(kind, context, opset, seed=number)
                except NotApplicable:
                    continue


def explained(refusals):
    """A refusal's reason without the names of nodes in it, for the table."""
    return (refusals[0].get("reason") or "no reason") if refusals else "no reason"


def judge(program, case, folder):
    """("folded" or "refused", note); raises Failure where anything is wrong."""
    model, out = folder / f"{case.file}.onnx", folder / f"{case.file}.fused.onnx"
    onnx.save(case.model, model)
    fuse_tools.check(model)
    result = fuse_tools.fuse(program, model, out)
    fuse_tools.check(out)
    fuse_tools.compare(model, out, tolerance=case.tolerance, scale=case.scale)
    fuse_tools.fuse_again(program, model, out)
    if case.must_not_grow and out.stat().st_size > model.stat().st_size:
        raise fuse_tools.Failure(f"the file grows from {model.stat().st_size} to {out.stat().st_size} bytes")
    counts = fuse_tools.operators(onnx.load(out))
    said = (result.report.get("after") or {}).get("operators")
    if said is not None and dict(counts) != said:
        raise fuse_tools.Failure(f"the report says {said}, the file has {dict(counts)}")
    return case.verdict(counts, result.refusals)


def show_table(table):
    """Contexts as rows and kinds as columns, for there are more contexts; reasons as notes below."""
    kinds = [kind.name for kind in KINDS]
    notes = {}

    def cell(entries):
        if not entries:
            return ""
        texts = []
        for verdict, note in entries:
            if verdict == "refused":
                texts.append(f"refused {notes.setdefault(note, len(notes) + 1)}")
            else:
                texts.append(verdict)
        unique = list(dict.fromkeys(texts))
        return ", ".join(unique if len(unique) == 1 else (f"{text} ({texts.count(text)})" for text in unique))

    print(f"\n| context | {' | '.join(kinds)} |", f"|{' --- |' * (len(kinds) + 1)}", sep="\n")
    for context in dict.fromkeys(context for _, context in table):
        print(f"| {context} | {' | '.join(cell(table.get((kind, context))) for kind in kinds)} |")
    print()
    for note, number in notes.items():
        print(f"{number}. {note}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("cnnconv")
    parser.add_argument("--keep", type=pathlib.Path, metavar="FOLDER", help="leave the models there")
    parser.add_argument("--only", default="*", metavar="PATTERN", help="of KIND/CONTEXT")
    parser.add_argument("--list", action="store_true", help="print the cases' names and what is expected, and stop")
    options = parser.parse_args()
    chosen = [case for case in cases() if fnmatch.fnmatchcase(case.name, options.only)]
    if options.list:
        for case in chosen:
            print(f"{case.name:60s} opset {case.opset:2d}  {case.expectation}")
        return bool(chosen)
    table, counts = collections.defaultdict(list), collections.Counter()
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.keep or pathlib.Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        for case in chosen:
            try:
                verdict, note = judge(options.cnnconv, case, folder)
            except fuse_tools.Failure as failure:
                verdict, note = "WRONG", str(failure)
                print(f"WRONG  {case.name}, opset {case.opset}, {case.expectation}: {note}", flush=True)
            counts[verdict] += 1
            table[case.kind.name, case.context.name].append((verdict, note))
            if not options.keep:
                for file in folder.iterdir():
                    file.unlink()
    show_table(table)
    print(
        f"\n{len(chosen)} graphs: {counts['folded']} folded, {counts['refused']} refused, {counts['WRONG']} wrong",
        flush=True,
    )
    return counts["WRONG"] == 0 < len(chosen)


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
